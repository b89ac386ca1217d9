set -eu
[ "$1" = dns ] || { echo "$1 is no probe of name resolution"; exit 3; }
systemctl is-enabled --quiet systemd-resolved.service || { echo "this host does not use systemd-resolved"; exit 3; }
