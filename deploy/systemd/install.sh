#!/bin/sh
# Installs this version for systemd, or brings an installation up to it; run it from the project's folder, as root.
#
#   sudo deploy/systemd/install.sh
#
# What is of the office stays as it is: settings and secrets in /etc/keyword-assets, and the state in /var/lib.
set -eu
umask 022
cd "$(dirname "$0")/../.."
[ "$(id -u)" = 0 ] || { echo "Run it with sudo." >&2; exit 2; }
place=/opt/keyword-assets office=/etc/keyword-assets

# Built apart: what a build leaves behind would be part of the next one.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 deploy/production_lock.py quality socks --with setuptools >"$work/production.lock"
cp -R pyproject.toml README.md LICENSE keyword_assets "$work"
[ -x $place/bin/pip ] || python3 -m venv $place
$place/bin/pip install --quiet --require-hashes -r "$work/production.lock"
$place/bin/pip install --quiet --no-deps --no-build-isolation "$work"
install -m 0755 deploy/entrypoint deploy/systemd/run $place
install -m 0644 -D docs/deploying.md $place/docs/deploying.md

getent passwd keywords >/dev/null \
    || useradd --system --user-group --home-dir /var/lib/keyword-assets --shell /usr/sbin/nologin keywords
install -d $office
install -d -m 0700 $office/secrets
install -m 0644 deploy/systemd/workspace.yaml $office/workspace.yaml
[ -e $office/settings ] || echo "# Settings without secrets, one a line; see .env.example." >$office/settings

install -m 0644 deploy/systemd/*.service deploy/systemd/*.target /etc/systemd/system
systemctl daemon-reload
for secret in database_url dagster_url hcx_api_key; do
    [ -s $office/secrets/$secret ] || echo "Still to be written: $office/secrets/$secret"
done
