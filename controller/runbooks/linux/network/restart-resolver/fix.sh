set -eu
systemctl reset-failed systemd-resolved.service 2>/dev/null || true
systemctl restart systemd-resolved.service
