set -eu
# Long enough for a service that cannot start at all to be gone; what falls over later is seen, and comes back as a relapse.
sleep 0.03
state=$(systemctl show --property=ActiveState,MainPID -- "$1")
case "$state" in
  *ActiveState=active*) ;;
  *)
    systemctl status --no-pager --lines=20 -- "$1" || true
    exit 1
    ;;
esac
pid="${state#*MainPID=}"
pid="${pid%%[!0-9]*}"
# A service of another kind than a daemon (oneshot) has no main process.
if [ "$pid" != 0 ] && ! kill -0 "$pid" 2>/dev/null; then
  echo "$1 is called active, and its main process $pid is gone"
  exit 1
fi
echo "$1 is active, main process $pid"
