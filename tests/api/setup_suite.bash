# One house for all files of this directory. A broken environment fails the run; nothing is skipped.

# shellcheck source=tests/house.bash
source "$(dirname "${BASH_SOURCE[0]}")/../house.bash"

setup_suite() {
	# A test that hangs is a test that fails.
	export BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT:-120}
	house_start AURORA_CRON=loop || return 1
	# What a disk has when the power fails is asked in tests/fault.
	sql 'ALTER SYSTEM SET fsync = off' && sql 'SELECT pg_reload_conf()' >/dev/null || return 1
	wait_healthy 15
}

teardown_suite() {
	house_stop
}
