#!/usr/bin/env bash
# Is the service ready? Without curl, so that the image needs none.
set -eu
port="${MANAGEMENT_PORT:-${HTTP_PORT:?}}"
exec 3<>"/dev/tcp/127.0.0.1/$port"
printf 'GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
head -n 1 <&3 | grep -q ' 200 '
