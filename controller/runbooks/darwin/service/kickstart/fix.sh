set -eu
launchctl kickstart "system/$1"
