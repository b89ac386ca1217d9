set -eu
systemctl is-active --quiet systemd-resolved.service || { echo "systemd-resolved did not stay up"; exit 1; }
