set -eu
dscacheutil -flushcache
# mDNSResponder drops its cache at this signal; it does not end.
killall -HUP mDNSResponder
