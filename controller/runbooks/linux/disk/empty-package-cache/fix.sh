set -eu
mount=$1
device=$(stat -c %d -- "$mount") || { echo "$mount cannot be looked at"; exit 3; }
# A place counts only if it lies on the filesystem that fills, and is itself no link.
on_mount() {
  [ ! -L "$1" ] && [ -d "$1" ] && [ "$(stat -c %d -- "$1")" = "$device" ]
}
# The package managers do it themselves, under their own locks.
if command -v apt-get >/dev/null && on_mount /var/cache/apt/archives; then apt-get clean; fi
if command -v dnf >/dev/null && { on_mount /var/cache/dnf || on_mount /var/cache/libdnf5; }; then dnf --quiet clean packages; fi
