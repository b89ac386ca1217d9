set -eu
# $1 is the process's name; what follows is its declared command, word by word.
[ "$#" -ge 2 ] || { echo "no command is declared for $1"; exit 3; }
command -v -- "$2" >/dev/null || { echo "$2 cannot be executed"; exit 3; }
[ ! -d "$2" ] || { echo "$2 is a folder"; exit 3; }
