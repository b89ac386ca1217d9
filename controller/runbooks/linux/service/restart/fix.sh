set -eu
# A unit that failed too often in a row is refused until its counter is reset; one that never failed has none.
systemctl reset-failed -- "$1" 2>/dev/null || true
if ! systemctl restart -- "$1"; then
  systemctl status --no-pager --lines=20 -- "$1" || true
  exit 1
fi
