#!/bin/sh
# tally-verify as a verifier of the conformance kit: what it knows are packs, tiles and evidence of
# forks. Of a file that is malformed it says 2, as of wrong usage; here that is a refusal. Of a pack
# that holds and does not prove to be all it says 1 and INCOMPLETE; here that is 3.
#
#   tally_verify.sh TALLY_VERIFY KIND ARGUMENT...
program=$1 kind=$2
shift 2
case $kind in
  pack | tiles | contradiction) ;;
  *) exit 77 ;;
esac
said=$("$program" verify "$@" 2>&1)
status=$?
printf '%s\n' "$said"
case $said in
  INCOMPLETE*) [ $status -eq 1 ] && exit 3 ;;
esac
[ $status -eq 2 ] && status=1
exit $status
