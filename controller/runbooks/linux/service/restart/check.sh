set -eu
# systemctl would expand these as patterns and restart more than one unit.
case "$1" in
  *[*?[]*) echo "$1 is a pattern, not a service"; exit 3 ;;
esac
state=$(systemctl show --property=LoadState,ActiveState -- "$1")
case "$state" in
  *LoadState=masked*) echo "$1 is masked: an administrator has forbidden it to start"; exit 3 ;;
  *LoadState=loaded*) ;;
  *) echo "systemd does not know $1"; exit 3 ;;
esac
case "$state" in
  *ActiveState=active*) echo "$1 runs already"; exit 10 ;;
esac
