set -eu
[ "$1" = dns ] || { echo "$1 is no probe of name resolution"; exit 3; }
command -v dscacheutil >/dev/null || { echo "this host has no dscacheutil"; exit 3; }
