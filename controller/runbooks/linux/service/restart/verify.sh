set -eu
# A service that starts and falls over at once is active for a moment.
sleep 0.3
if ! systemctl is-active --quiet -- "$1"; then
  systemctl status --no-pager --lines=20 -- "$1" || true
  exit 1
fi
echo "$1 is active"
