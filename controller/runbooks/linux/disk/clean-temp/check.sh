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
days=$2
temporary() {
  on_mount "$1" || return 0
  # What runs for months does not touch these, and breaks without them: containers, services with a private /tmp, Java,
  # and whatever holds a lock. systemd-tmpfiles leaves them alone by its configuration.
  visit "$1" ! -path "$1/systemd-private-*" ! -path "$1/snap-private-tmp/*" ! -path "$1/snap.*" \
    ! -path "$1/podman-run-*" ! -path "$1/containers-user-*" ! -path "$1/storage-run-*" ! -path "$1/run-*" \
    ! -path "$1/hsperfdata_*" ! -path "$1/abrt/*" ! -name '.X*-lock' ! -name '*.lock' ! -name '*.pid' \
    -mtime "+$days" -atime "+$days" -ctime "+$days"
}
visit() {
  place=$1
  shift
  [ -z "$(find "$place" -xdev -type f \( "$@" \) -print 2>/dev/null | head -c 1)" ] || exit 0
}
temporary /tmp
temporary /var/tmp
echo "no temporary file on $mount is older than $days days"
exit 3
