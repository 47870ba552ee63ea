#!/bin/sh
# Writes deploy/.env and deploy/secrets, once; what is there is left as it is, so it can be run again.
#
#   sudo deploy/set-up.sh keywords.school.kr          (rootless: podman unshare deploy/set-up.sh keywords.school.kr)
#
# Passwords of the database are drawn, the certificate is a self-signed one for a year until you put yours in its place.
# The files belong to the users that read them within the containers, and are readable by nobody else.
set -eu
umask 077
cd "$(dirname "$0")"
name=${1:?the name by which browsers reach it}
[ "$(id -u)" = 0 ] || { echo "Run it with sudo, or rootless with podman unshare." >&2; exit 2; }

# Of our images, and of those of MySQL and MariaDB.
ours=10001 databases=999
mkdir -p secrets
chmod 0711 secrets

# The secret $2, whose content is read from stdin, for the user $1.
keep() {
    [ -s "secrets/$2" ] || cat >"secrets/$2"
    chown "$1" "secrets/$2"
    chmod 0400 "secrets/$2"
}

openssl rand -hex 24 | keep $databases database_root_password
openssl rand -hex 24 | keep $databases database_password
server="mysql+mysqlconnector://keywords:$(cat secrets/database_password)@database:3306"
echo "$server/keywords" | keep $ours database_url
echo "$server/dagster" | keep $ours dagster_url
# From the environment, or to be written into the file later.
echo "${HCX_API_KEY:-none-yet}" | keep $ours hcx_api_key

if [ ! -s secrets/tls_key ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj "/CN=$name" \
        -addext "subjectAltName=DNS:$name" -addext "basicConstraints=critical,CA:FALSE" -keyout secrets/tls_key -out secrets/tls_certificate 2>/dev/null
fi
keep $ours tls_key </dev/null
keep $ours tls_certificate </dev/null

echo "# name:hash, one a line: see docs/deploying.md" | keep $ours users
printf 'managers:\nreviewers:\nengineers:\n' | keep $ours groups
keep $ours oidc <<OIDC
# The office's provider, for KEYWORDS_LOGIN=oidc; register https://$name:PORT/oidc/callback there for each of the ports.
#OIDCProviderMetadataURL https://login.school.kr/.well-known/openid-configuration
#OIDCClientID keyword-assets
#OIDCClientSecret ...
#OIDCScope "openid profile groups"
#OIDCRemoteUserClaim preferred_username
OIDCCryptoPassphrase $(openssl rand -hex 24)
OIDC

echo "# Settings of keyword-assets, as in .env.example; what compose.yaml names stands in deploy/.env." | keep $ours settings

[ -e .env ] || cat >.env <<ENV
# What differs from office to office; compose.yaml says what else may stand here.
KEYWORDS_NAME=$name
#KEYWORDS_PORT_MANAGERS=443
#KEYWORDS_PORT_ENGINEERS=8443
#KEYWORDS_PORT_REVIEW=9443
#KEYWORDS_LOGIN=basic
ENV
# Without secrets, and read by whoever may start containers.
chmod 0644 .env

# One container a run: its mounts are named by where they are on this machine.
sed "s|@DEPLOY@|$PWD|" dagster.yaml dagster.docker-runs.yaml.in >dagster.docker-runs.yaml
chmod 0644 dagster.docker-runs.yaml
