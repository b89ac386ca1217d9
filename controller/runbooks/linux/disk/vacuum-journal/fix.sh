set -eu
# Only archives can be deleted: rotating first turns what is being written into one.
journalctl --rotate
journalctl --vacuum-size="${2}M"
