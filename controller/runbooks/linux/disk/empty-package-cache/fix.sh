set -eu
mount=$1
# What a place takes its space from. The subvolumes of one btrfs have device numbers of their own and share its space.
space_of() {
  case "$(stat -f -c %T -- "$1" 2>/dev/null)" in
    btrfs) df -P -- "$1" | tail -n 1 | cut -d ' ' -f 1 ;;
    *) stat -c %d -- "$1" ;;
  esac
}
space=$(space_of "$mount") || { echo "$mount cannot be looked at"; exit 3; }
# A place counts only if it lies on the filesystem that fills, and is itself no link.
on_mount() {
  [ ! -L "$1" ] && [ -d "$1" ] && [ "$(space_of "$1")" = "$space" ]
}
# The package managers do it themselves, under their own locks.
if command -v apt-get >/dev/null && on_mount /var/cache/apt/archives; then apt-get clean; fi
if command -v dnf >/dev/null && { on_mount /var/cache/dnf || on_mount /var/cache/libdnf5; }; then dnf --quiet clean packages; fi
