# Read by the image's entrypoint when the database is made: one database for messages and answers, one for Dagster.
docker_process_sql <<SQL
CREATE DATABASE IF NOT EXISTS dagster CHARACTER SET utf8mb4;
GRANT ALL ON dagster.* TO '${MYSQL_USER}'@'%';
GRANT ALL ON \`${MYSQL_DATABASE}\`.* TO '${MYSQL_USER}'@'%';
SQL
