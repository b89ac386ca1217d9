set -eu
# Forced, for the logs that fill a disk are those that are not due yet. Each run ages every log by one generation, which
# is why the signed limits allow one a day.
logrotate --force /etc/logrotate.conf
