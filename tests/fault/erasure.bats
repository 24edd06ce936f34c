#!/usr/bin/env bats
# What is left of an account that was deleted: that it was. Also when its events were not yet consumed, parked, or written
# by a request that outlived the account. The house has no cron: the tests run its programs when they want.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own; api sets status and body

load ../api/common
load ../api/journals

setup_file() {
	house_start AURORA_CRON=off
	wait_healthy 15
}

teardown_file() {
	house_stop
}

setup() {
	SECRET=$(unique secret)
}

# cron PROGRAM: once, as cron would. Planning has passed whatever the index has.
cron() {
	"$AURORA_HOME/bin/$1" >>"$BATS_TEST_TMPDIR/cron.log" 2>&1 3>&-
	[ "$1" != index-refresh ] || cron reminders
}

# How many rows of the whole house hold the text, but for the tables named.
rows_with() {
	local text=$1 tables table count total=0
	shift
	tables=$(sql "SELECT schemaname || '.' || tablename FROM pg_tables
		WHERE schemaname IN ('bus', 'identity', 'thoughts', 'journals', 'planning', 'search', 'notifications') AND tablename !~ '^events_[0-9]+\$'")
	for table in $tables; do
		[[ " $* " != *" $table "* ]] || continue
		count=$(sql "SELECT count(*) FROM $table t WHERE position('$text' IN t::text) > 0")
		[ "$count" = 0 ] || echo "$table: $count" >&2
		total=$((total + count))
	done
	echo "$total"
}

events_with() {
	sql "SELECT count(*) FROM bus.events WHERE user_id = '$USER_ID' AND position('$1' IN payload::text) > 0"
}

delete_account() {
	api DELETE /users/me "$(jq -nc --arg p "$PASSWORD" '{password: $p}')"
	expect_status 204
}

write_thoughts() {
	local n
	for n in 1 2 3 4 5; do
		api POST /api/thoughts "{\"text\":\"$SECRET $n #$SECRET\"}" -H "Idempotency-Key: $SECRET-$n"
		expect_status 201
	done
	api PATCH "/api/thoughts/$(json .id)" "{\"text\":\"$SECRET again\"}" -H 'If-Match: *'
	expect_status 200
	api GET "/api/search?q=$SECRET"
	expect_status 200
	expect_json '(.items | length) == 5'
}

# Nothing of the user but the ids, in the log and where it is remembered who is gone.
expect_forgotten() {
	equal "$(rows_with "$SECRET")" 0 "rows with the text"
	equal "$(rows_with "$EMAIL")" 0 "rows with the address"
	equal "$(rows_with "$USER_ID" bus.events bus.forgotten search.erased)" 0 "rows with the user's id"
	equal "$(sql "SELECT count(*) FROM bus.events WHERE user_id = '$USER_ID' AND payload <> '{}'")" 0 "events not emptied"
	equal "$(sql "SELECT count(*) FROM bus.events WHERE user_id = '$USER_ID' AND type = 'UserDeleted'")" 1 UserDeleted
}

@test "a deleted account leaves its UserDeleted, and events without what they said" {
	local other mine=$SECRET
	SECRET=$(unique other)
	register
	other=$USER_ID
	write_thoughts
	SECRET=$mine
	register "" "$SECRET"
	write_thoughts
	sql "INSERT INTO search.bus_parked (source, event_id, aggregate_id, user_id, attempts, next_try_at, dead_at, event)
		SELECT 'aurora', id, aggregate_id, user_id, 12, now(), now(), to_jsonb(e) FROM bus.events e
		WHERE user_id = '$USER_ID' AND type = 'ThoughtUpdated'"
	cron sweep
	equal "$(events_with "$SECRET")" 7 "events with the text before"
	delete_account

	# The index has not passed it: its events are as they were.
	cron sweep
	equal "$(events_with "$SECRET")" 7 "events with the text before all have passed"
	cron index-refresh
	# A consumer that has just been registered has passed nothing.
	sql "INSERT INTO bus.consumers (k, name) VALUES (9, 'notifications')"
	equal "$(sql_as thoughts 'SELECT blanked FROM bus.forget(100)')" 0 "emptied too early"
	sql "DELETE FROM bus.consumers WHERE k = 9"

	# Batch after batch, and then no more.
	equal "$(sql_as thoughts 'SELECT blanked FROM bus.forget(2)')" 2 "emptied by a call for two"
	cron sweep
	expect_forgotten
	equal "$(sql_as thoughts 'SELECT blanked FROM bus.forget(2)')" 0 "emptied again"
	equal "$(sql "SELECT upto > xid AND since IS NOT NULL FROM bus.forgotten WHERE user_id = '$USER_ID'")" t "it is remembered"
	equal "$(sql "SELECT count(*) FROM bus.events WHERE user_id = '$other' AND payload = '{}'")" 0 "another user's events emptied"
	equal "$(sql "SELECT count(*) FROM thoughts.thoughts WHERE user_id = '$other'")" 5 "another user's thoughts"

	# A day later it is no longer remembered.
	sql "UPDATE bus.forgotten SET since = since - interval '25 hours'"
	cron sweep
	equal "$(sql 'SELECT count(*) FROM bus.forgotten')" 0 "remembered"
	expect_forgotten
}

# What a capture and a search write, as SQL; it says 1.
late_write() {
	cat <<-END
		INSERT INTO thoughts.thoughts (user_id, id, text, tags, tsv)
		VALUES ('$USER_ID', '$(uuid7)', '$SECRET late', '{$SECRET}', thoughts.words('$SECRET late'));
		INSERT INTO thoughts.thought_tags SELECT user_id, '$SECRET', id FROM thoughts.thoughts WHERE text = '$SECRET late';
		INSERT INTO search.history (user_id, q_key, q, results, searched_at)
		VALUES ('$USER_ID', '$SECRET late', '$SECRET late', 1, now());
		SELECT count(bus.publish('ThoughtCreated', user_id, id, 1,
			thoughts.payload(text, tags, false, captured_at, created_at, updated_at)))
		FROM thoughts.thoughts WHERE text = '$SECRET late';
	END
}

# A position moves at least every ten seconds: make it so that they have passed, and that of planning moves.
pass_time() {
	sql "UPDATE thoughts.bus_cursor SET last_ok_at = now() - interval '1 minute';
		UPDATE planning.bus_cursor SET last_ok_at = now() - interval '1 minute';
		UPDATE journals.bus_cursor SET last_ok_at = now() - interval '1 minute';
		UPDATE search.bus_cursor SET last_ok_at = now() - interval '1 minute'"
	cron reminders
}

@test "what a request wrote that outlived its account goes as well" {
	register
	write_thoughts
	cron index-refresh
	# A request that has written, and whose transaction goes on.
	coproc LATE { psql -X -A -t -q -v ON_ERROR_STOP=1 -h "$AURORA_HOME/run" -U postgres -d aurora 2>"$BATS_TEST_TMPDIR/late.error" 3>&-; }
	printf '%s\n' "BEGIN; $(late_write)" >&"${LATE[1]}"
	read -r -t 10 -u "${LATE[0]}" written || fail "the late request: $(<"$BATS_TEST_TMPDIR/late.error")"
	equal "$written" 1 "written"
	delete_account
	cron index-refresh
	cron sweep
	equal "$(sql "SELECT count(*) FROM thoughts.thoughts WHERE user_id = '$USER_ID'")" 0 "thoughts of the deleted account"
	printf '%s\n' 'COMMIT; SELECT 2; \q' >&"${LATE[1]}"
	read -r -t 10 -u "${LATE[0]}" written
	equal "$written" 2 "committed"
	equal "$(sql "SELECT count(*) FROM thoughts.thoughts WHERE user_id = '$USER_ID'")" 1 "the late thought"
	equal "$(events_with "$SECRET late")" 1 "its event"

	pass_time
	cron index-refresh
	cron sweep
	expect_forgotten

	# One that came after the log was emptied, with an event that was parked.
	equal "$(sql "$(late_write)")" 1 "written"
	pass_time
	cron index-refresh
	sql "INSERT INTO search.bus_parked (source, event_id, aggregate_id, user_id, attempts, next_try_at, dead_at, event)
		SELECT 'aurora', id, aggregate_id, user_id, 12, now(), now(), to_jsonb(e) FROM bus.events e
		WHERE user_id = '$USER_ID' AND payload <> '{}'"
	equal "$(sql "SELECT count(*) FROM search.bus_parked WHERE user_id = '$USER_ID'")" 1 "parked"
	cron sweep
	expect_forgotten
	cron index-refresh
	equal "$(sql "SELECT count(*) FROM search.documents WHERE user_id = '$USER_ID'")" 0 "documents"
}

@test "what was kept of a registration goes with the account, however it is sealed" {
	local data before
	EMAIL=$SECRET@example.test PASSWORD="correct horse"
	data=$(jq -nc --arg e "$EMAIL" --arg p "$PASSWORD" --arg n "$SECRET" '{email: $e, password: $p, name: $n}')
	before=$(sql 'SELECT count(*) FROM identity.idempotency')
	TOKEN='' api POST /auth/register "$data" -H "Idempotency-Key: $SECRET-key"
	expect_status 201
	TOKEN=$(json .access_token)
	USER_ID=$(json .user.id)
	TOKEN='' api POST /auth/register "$data" -H "Idempotency-Key: $SECRET-key"
	expect_header Idempotency-Replayed true
	write_thoughts
	delete_account
	cron index-refresh
	cron sweep
	expect_forgotten
	equal "$(sql 'SELECT count(*) FROM identity.idempotency')" "$before" "kept answers"
	TOKEN='' api POST /auth/register "$data" -H "Idempotency-Key: $SECRET-key"
	expect_status 201
	expect_no_header Idempotency-Replayed
}

@test "a thing that was deleted for good leaves events without what they said; its owner's other things stay" {
	local kept gone again
	register
	api POST /api/thoughts "{\"text\":\"$SECRET kept\"}"
	kept=$(json .id)
	api POST /api/thoughts "{\"text\":\"$SECRET one\"}"
	gone=$(json .id)
	api PATCH "/api/thoughts/$gone" "{\"text\":\"$SECRET two\"}" -H 'If-Match: *'
	expect_status 200
	api DELETE "/api/thoughts/$gone?permanent=true"
	expect_status 204
	again=$(uuid7)
	api POST /api/thoughts "{\"id\":\"$again\",\"text\":\"$SECRET three\"}"
	expect_status 201
	api DELETE "/api/thoughts/$again"
	expect_status 204

	# The index has not passed it: its events are as they were.
	cron sweep
	equal "$(events_with "$SECRET")" 4 "events with the text before all have passed"
	cron index-refresh
	sql "INSERT INTO search.bus_parked (source, event_id, aggregate_id, user_id, attempts, next_try_at, dead_at, event)
		SELECT 'aurora', id, aggregate_id, user_id, 12, now(), now(), to_jsonb(e) FROM bus.events e
		WHERE aggregate_id = '$gone' AND type = 'ThoughtUpdated'"
	pass_time
	cron sweep
	equal "$(sql "SELECT string_agg(type || payload, ' ' ORDER BY id) FROM bus.events WHERE aggregate_id = '$gone'")" \
		'ThoughtCreated{} ThoughtUpdated{} ThoughtDeleted{"permanent": true}' "what the log says of it"
	equal "$(sql "SELECT count(*) FROM search.bus_parked WHERE aggregate_id = '$gone'")" 0 "parked"
	equal "$(sql "SELECT count(*) FROM bus.forgotten WHERE user_id = '$USER_ID'")" 0 "remembered"
	equal "$(sql "SELECT count(*) FROM bus.events WHERE aggregate_id IN ('$kept', '$again') AND payload = '{}'")" 0 "others emptied"

	# From the trash as well; a thing that begins anew under the same id is not the one that went.
	sql "UPDATE thoughts.thoughts SET deleted_at = now() - interval '31 days' WHERE id = '$again'"
	cron sweep
	equal "$(sql "SELECT count(*) FROM thoughts.thoughts WHERE id = '$again'")" 0 "in the trash"
	api POST /api/thoughts "{\"id\":\"$again\",\"text\":\"$SECRET four\"}"
	expect_status 201
	cron index-refresh
	pass_time
	cron sweep
	equal "$(sql "SELECT string_agg(coalesce(payload ->> 'text', '-'), ' ' ORDER BY id) FROM bus.events
		WHERE aggregate_id = '$again'")" "- - - $SECRET four" "what the log says of the one that began anew"
}

@test "an account's journals go with it: entries and what they said before, files, shares, pages; what it wrote for others is nobody's" {
	local mine other other_journal
	register_as reader
	begin "Another's"
	other_journal=$journal
	register_as me
	begin "$SECRET" "{description: \"$SECRET\", settings: {s: \"$SECRET\"}}"
	write "$SECRET one" "{title: \"$SECRET\", tags: [\"$SECRET\"]}"
	save "$SECRET two"
	api POST "/api/journals/$journal/entries/$entry/attachments?filename=$SECRET" "$SECRET" -H 'Content-Type: text/plain'
	expect_status 201
	api POST /api/journals/templates "{\"name\": \"$SECRET\", \"content\": \"$SECRET\"}"
	expect_status 201
	api POST "/api/journals/$journal/share" "{\"email\": \"$SECRET@example.test\"}"
	expect_status 201
	publish "$SECRET"
	share_with reader editor
	mine=$USER_ID
	journal=$other_journal
	as reader api POST "/api/journals/$journal/share" "{\"email\": \"$EMAIL\", \"role\": \"editor\"}"
	expect_status 201
	write 'A guest wrote this'
	other=$entry
	cron index-refresh
	as reader api GET '/api/search?q=two'
	expect_json '.items | length' 1
	delete_account
	cron index-refresh
	cron sweep
	pass_time
	cron index-refresh
	cron sweep
	expect_forgotten
	equal "$(grep -rl "$SECRET" "$AURORA_HOME/attachments")" '' 'files'
	equal "$(sql "SELECT count(*) FROM journals.orphans")" 0 'contents without an attachment'
	equal "$(sql "SELECT content || ' ' || coalesce(author_id::text, 'nobody') FROM journals.entries WHERE id = '$other'")" \
		'A guest wrote this nobody'
	as reader api GET "/api/journals/$other_journal/entries/$other"
	expect_json .author_id null
	as reader api GET /api/journals
	expect_json '[.items[].name] == ["Another'"'"'s"]'
	USER_ID=$mine
}

@test "after 30 days the log has forgotten everything that all have passed" {
	register
	write_thoughts
	cron index-refresh
	pass_time
	cron sweep
	equal "$(sql "SELECT count(*) > 0 FROM bus.events WHERE user_id = '$USER_ID'")" t "events within 30 days"
	sql "UPDATE bus.events SET at = at - interval '31 days'"
	cron index-refresh
	cron sweep
	equal "$(sql "SELECT count(*) FROM bus.events WHERE user_id = '$USER_ID'")" 0 "events after 30 days"
	equal "$(sql "SELECT count(*) FROM thoughts.thoughts WHERE user_id = '$USER_ID'")" 5 "thoughts"
}
