set -eu
name=$1
shift
# A session or group of its own lets the process outlive this run. dash has no job control without a terminal, so
# setsid does it where there is one (Linux); the shell of macOS needs set -m.
if command -v setsid >/dev/null; then
  setsid "$@" </dev/null >/dev/null 2>&1 &
else
  set -m
  "$@" </dev/null >/dev/null 2>&1 &
fi
pid=$!
# Long enough for a command that cannot start to be gone.
sleep 0.02
if kill -0 "$pid" 2>/dev/null; then
  echo "$name started as process $pid"
  exit 0
fi
# Gone already: a daemon that put itself into the background says 0, anything else is a failure.
status=0
wait "$pid" || status=$?
if [ "$status" -ne 0 ]; then
  echo "$name ended at once with status $status"
  exit 1
fi
echo "$name started and went into the background by itself"
