set -eu
sleep 0.3
case "$(launchctl print "system/$1")" in
  *'state = running'*) echo "$1 is running" ;;
  *) echo "$1 did not stay up"; exit 1 ;;
esac
