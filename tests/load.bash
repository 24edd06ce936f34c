# shellcheck shell=bash disable=SC2154 # api sets status and body
# Writers that go on while parts of a house fail, and what has to be true afterwards; for test files that have what
# tests/api/common.bash has.
#
#	load_start SECONDS	four writers in the background, as the user of TOKEN; their process ids in the array `writers`
#	load_check		waits for them: every acknowledged thought is there once, with its one event, and nothing else
#	refusals		how often they were answered 503 so far
#	thoughts_answer		a list of thoughts is answered 200

thoughts_answer() {
	api GET /api/thoughts 2>/dev/null && [ "$status" = 200 ]
}

# A writer has a key and a text of its own for every thought, and goes on sending a thought until it is
# acknowledged. What was acknowledged is in acknowledged.* (text and id), what else was answered in codes.*.
writer() {
	local n=$1 until=$2 i=0 key code answered
	while ((EPOCHSECONDS < until)) || ((i == 0)); do
		key=w$n-$((i++))-$USER_ID
		while :; do
			code=$(curl -s -m 10 -o "$BATS_TEST_TMPDIR/answer.$n" -w '%{http_code}' -X POST -H "Authorization: Bearer $TOKEN" \
				-H "Idempotency-Key: $key" -H 'Content-Type: application/json' -d "{\"text\":\"$key\"}" \
				"$AURORA_URL/api/thoughts" || true)
			uptime_ms answered
			echo "$answered $code" >>"$BATS_TEST_TMPDIR/codes.$n"
			if [ "$code" = 201 ]; then
				echo "$key $("$ANSWER" value /id <"$BATS_TEST_TMPDIR/answer.$n")" >>"$BATS_TEST_TMPDIR/acknowledged.$n"
				break
			fi
			# Given up only when the house does not come back at all.
			((EPOCHSECONDS < until + 30)) || return 0
			sleep 0.02
		done
	done
}

load_start() {
	local until=$((EPOCHSECONDS + $1)) n
	for n in 1 2 3 4; do
		writer "$n" "$until" 3>&- &
		writers+=($!)
	done
}

load_check() {
	wait "${writers[@]}"
	cat "$BATS_TEST_TMPDIR"/acknowledged.* | sort >"$BATS_TEST_TMPDIR/acknowledged"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/acknowledged")" -ge 20 ] || fail "only $(wc -l <"$BATS_TEST_TMPDIR/acknowledged") writes went through"
	sql "SELECT text || ' ' || id FROM thoughts.thoughts WHERE user_id = '$USER_ID'" | sort >"$BATS_TEST_TMPDIR/stored"
	equal "$(diff "$BATS_TEST_TMPDIR/acknowledged" "$BATS_TEST_TMPDIR/stored" | head -n 20)" "" "acknowledged beside stored"
	equal "$(sql "SELECT count(*) - count(DISTINCT aggregate_id) || ' ' || count(*) FROM bus.events
		WHERE user_id = '$USER_ID' AND type = 'ThoughtCreated'")" "0 $(wc -l <"$BATS_TEST_TMPDIR/stored")" "events, doubled and all"
	equal "$(cat "$BATS_TEST_TMPDIR"/codes.* | awk '{ print $2 }' | sort -u | grep -vE '^(201|500|502|503|504|000)$' | xargs)" "" "other answers"
}

refusals() {
	cat "$BATS_TEST_TMPDIR"/codes.* 2>/dev/null | grep -c ' 503$'
}
