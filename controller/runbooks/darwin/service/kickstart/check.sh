set -eu
# A slash would name another domain.
case "$1" in
  */*) echo "$1 is no label"; exit 3 ;;
esac
state=$(launchctl print "system/$1") || { echo "launchd does not know $1"; exit 3; }
case "$state" in
  *'state = running'*) echo "$1 runs already"; exit 10 ;;
esac
