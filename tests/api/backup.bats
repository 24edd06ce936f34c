#!/usr/bin/env bats
# scripts/aurora backup and restore, and the rotation of logs, on houses of these tests' own: what is in an archive, that a
# house made of it is the one that was backed up, and that nothing else is made into a house.

load common

setup_file() {
	HOUSES=$(mktemp -d "${HOUSE_TEST_DIR:-/tmp}/aurora-backup.XXXXXX")
	chmod 755 "$HOUSES"
	AURORA_PORT=$(house_port)
	PORT_B=$(house_port)
	export HOUSES AURORA_PORT PORT_B
	export AURORA_HOME=$HOUSES/a AURORA_URL=http://127.0.0.1:$AURORA_PORT AURORA_CRON=off
	{ aurora up && inhabit && aurora backup "$HOUSES/full.tar"; } >"$HOUSES/up.log" 2>&1 || {
		cat "$HOUSES/up.log" >&2
		return 1
	}
}

teardown_file() {
	local home
	for home in "$HOUSES"/*/; do
		[ ! -d "$home/run" ] || AURORA_HOME=${home%/} aurora down >/dev/null 2>&1
	done
	[ -n "${HOUSE_TEST_DIR:-}" ] || rm -rf "$HOUSES"
}

# A house that should not be there is not the next test's affair.
teardown() {
	if [ -e "$HOUSES/c" ]; then
		AURORA_HOME=$HOUSES/c aurora down
		rm -rf "$HOUSES/c"
	fi
}

# What cron would run: apply what is pending.
consume() {
	local job
	for job in index-refresh reminders sweep; do as_house "$AURORA_HOME/bin/cron-run" "$job" --for 1s; done
}

# Two accounts, and work that is done, half done, and still to do for the consumers of events.
inhabit() {
	# More transactions than a new cluster has had.
	sql 'DO $$ BEGIN FOR i IN 1 .. 3000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$' || return 1
	register_as ada && become ada || return 1
	capture 'The northern lights over the harbour #night/sky' '{"pinned": true}' || return 1
	capture 'Zażółć gęślą jaźń' || return 1
	capture 'wastepaper' || return 1
	api DELETE "/api/thoughts/$id" || return 1
	api POST /users/me/tokens '{"name":"phone","scopes":["identity:read","thoughts:read","thoughts:write"]}' || return 1
	expect_status 201 || return 1
	json .token >"$HOUSES/token"
	api POST /api/journals '{"name":"Logbook"}' || return 1
	journal=$(json .id)
	api POST "/api/journals/$journal/entries" '{"content":"Fair winds"}' || return 1
	entry=$(json .id)
	head -c 300000 /dev/urandom >"$HOUSES/chart"
	api POST "/api/journals/$journal/entries/$entry/attachments?filename=chart" "@$HOUSES/chart" \
		-H 'Content-Type: application/octet-stream' || return 1
	expect_status 201 || return 1
	json .id >"$HOUSES/attachment"
	register_as bob && become ada && as bob capture 'whatbobthought' || return 1
	consume || return 1
	# Applied, in a window that is still open.
	capture 'appliedelsewhere' || return 1
	sql 'UPDATE search.bus_cursor SET win = pg_current_snapshot(), pos = (SELECT max(id) FROM bus.events)' || return 1
	# Not applied.
	as bob capture 'whatbobthoughtlater' || return 1
	as bob api DELETE /users/me "$(become bob && jq -nc --arg p "$PASSWORD" '{password: $p}')" || return 1
	expect_status 204 || return 1
	capture 'a pending thought' || return 1
	api PATCH "/api/thoughts/$id" '{"text":"a pending idea"}' || return 1
	expect_status 200 || return 1
	capture 'the last pending word' || return 1
	sql 'SELECT consumer, pending, parked, applied FROM bus.status()' >"$HOUSES/status"
}

# A restored house, with a count of what is applied to the index.
restored() {
	export AURORA_HOME=$HOUSES/b AURORA_PORT=$PORT_B AURORA_URL=http://127.0.0.1:$PORT_B
	[ -e "$AURORA_HOME" ] || aurora restore "$HOUSES/full.tar"
	aurora up
}

finds() {
	api GET "/api/search?q=$1"
	expect_status 200
	expect_json '.items | length' "$2"
}

# An archive of the files in a directory, in the order of tar's arguments.
pack() {
	local dir=$1 file=$2
	shift 2
	tar -cf "$file" -C "$dir" "$@"
}

# Put the checksums into the manifest of an unpacked archive.
sign() {
	local name
	sed -i '/^member /d' "$1/manifest"
	for name in $(cd "$1" && find . -type f ! -name manifest -printf '%P\n'); do
		echo "member $(sha256sum <"$1/$name" | cut -d' ' -f1) $name" >>"$1/manifest"
	done
}

# The archive unpacked, to be made into a bad one.
unpacked() {
	local dir=$BATS_TEST_TMPDIR/unpacked
	rm -rf "$dir"
	mkdir "$dir"
	tar -xf "$HOUSES/full.tar" -C "$dir"
	echo "$dir"
}

# restore refuses FILE, says TEXT, and leaves nothing.
restore_refuses() {
	local out
	out=$(AURORA_HOME=$HOUSES/c AURORA_PORT=$PORT_B refused aurora restore "$1")
	has "$out" "$2"
	[ ! -e "$HOUSES/c" ] || fail "$out: and left $(ls -A "$HOUSES/c")"
	equal "$(find "$HOUSES" -name '*evil*')" "" "files of the archive's making"
}

@test "backup: one archive, for its owner alone, that says what it is; never over another file" {
	local out file=$HOUSES/full.tar before
	equal "$(stat -c %a "$file")" 600
	local sum
	sum=$(sha256sum <"$HOUSES/chart" | cut -c1-64)
	equal "$(tar -tf "$file" | sed -E 's,/[0-9a-f]{16}\.,/KID.,' | tr '\n' ' ')" \
		"manifest keys/KID.pem keys/KID.pub.pem secrets/limits secrets/pepper secrets/seal database.dump attachments/${sum:0:2}/$sum "
	has "$(<"$HOUSES/up.log")" "Wrote $file: $(stat -c %s "$file" | numfmt --to=iec --suffix=B --format=%.1f)"
	out=$(tar -xOf "$file" manifest)
	equal "$(head -n 1 <<<"$out")" "aurora-backup 1"
	equal "$(grep -c '^migration ' <<<"$out")" "$(sql 'SELECT count(*) FROM house.migrations')"
	before=$(sha256sum <"$file")
	has "$(refused aurora backup "$file")" "is there already"
	equal "$(sha256sum <"$file")" "$before"
	(cd "$BATS_TEST_TMPDIR" && aurora backup)
	[[ $(ls "$BATS_TEST_TMPDIR"/*.tar) =~ /aurora-[0-9]{8}T[0-9]{6}Z\.tar$ ]]
	echo '# nothing is set' >"$AURORA_HOME/aurora.conf"
	aurora backup - >"$BATS_TEST_TMPDIR/piped"
	rm "$AURORA_HOME/aurora.conf"
	equal "$(tar -tf "$BATS_TEST_TMPDIR/piped" | grep -cE 'manifest|aurora.conf|database')" 3
}

@test "backup: what cannot be written, read or finished is said, and leaves nothing" {
	local out dir=$BATS_TEST_TMPDIR/dir
	mkdir "$dir"
	has "$(refused aurora backup "$dir/none/x.tar")" "$dir/none cannot be written"
	has "$(refused aurora backup /proc/x.tar)" "/proc cannot be written"
	out=$(ulimit -f 40 && refused aurora backup "$dir/x.tar")
	has "$out" "aurora: "
	has "$(refused aurora backup --all)" "aurora backup --help"
	has "$(AURORA_HOME=$HOUSES/none refused aurora backup "$dir/x.tar")" "there is no house"
	# What the house's user can write does not say which program runs.
	as_house cp "$AURORA_HOME/pg/PG_VERSION" "$AURORA_HOME/run/PG_VERSION"
	as_house tee "$AURORA_HOME/pg/PG_VERSION" <<<"../../..$dir" >/dev/null
	out=$(refused aurora backup "$dir/x.tar")
	as_house mv "$AURORA_HOME/run/PG_VERSION" "$AURORA_HOME/pg/PG_VERSION"
	has "$out" "PG_VERSION"
	aurora down
	has "$(refused aurora backup "$dir/x.tar")" "the database does not run"
	equal "$(ls -A "$dir")" ""
	aurora up
}

@test "restore: the house that was backed up, to the last right" {
	local name home shape
	export -f sql_as
	AURORA_HOME=$HOUSES/b aurora restore "$HOUSES/full.tar"
	for name in keys secrets pg; do equal "$(stat -c %a "$HOUSES/b/$name")" 700 "mode of $name"; done
	for name in $(cd "$HOUSES/a" && echo keys/* secrets/*); do
		cmp "$HOUSES/a/$name" "$HOUSES/b/$name"
		equal "$(stat -c '%a %U' "$HOUSES/b/$name")" "600 $(stat -c %U "$HOUSES/b/pg")" "mode of $name"
	done
	equal "$(AURORA_HOME=$HOUSES/b aurora down)" "Nothing is running in $HOUSES/b."
	restored
	for home in "$HOUSES/a" "$HOUSES/b"; do
		export AURORA_HOME=$home
		pg_dump -h "$home/run" -U postgres -s aurora | grep -vE '^\\(un)?restrict ' >"$HOUSES/.schema.${home##*/}"
		shape="SELECT datacl, datcollate, encoding FROM pg_database WHERE datname = 'aurora';
			SELECT setdatabase <> 0, setrole::regrole, setconfig FROM pg_db_role_setting ORDER BY 1, 2;
			SELECT name, checksum FROM house.migrations ORDER BY name; SELECT pg_get_userbyid(nspowner), nspname, nspacl
			FROM pg_namespace WHERE nspname !~ '^pg_(temp|toast)' ORDER BY 2"
		sql "$shape" >>"$HOUSES/.schema.${home##*/}"
	done
	diff "$HOUSES/.schema.a" "$HOUSES/.schema.b"
	[ "$(wc -l <"$HOUSES/.schema.b")" -gt 1000 ]
}

@test "restore: old passwords, sessions and tokens are good, and everything is there" {
	restored
	become ada
	TOKEN='' api POST /auth/login "$(jq -nc --arg e "$EMAIL" --arg p "$PASSWORD" '{email: $e, password: $p}')"
	expect_status 200
	TOKEN='' api POST /auth/refresh "$(jq -nc --arg t "$REFRESH" '{refresh_token: $t}')"
	expect_status 200
	TOKEN=$(json .access_token)
	api GET '/api/thoughts?count=true'
	expect_json '.total' 5
	api GET '/api/thoughts?pinned=true'
	expect_json '.items[0].tags | join(" ")' 'night night/sky'
	api GET '/api/thoughts?trash=true'
	expect_json '.items[0].text' wastepaper
	api GET '/api/thoughts/search?q=zazolc'
	expect_json '.items | length' 1
	api GET "/api/journals/attachments/$(<"$HOUSES/attachment")"
	expect_status 200
	cmp "$body_file" "$HOUSES/chart"
	equal "$(as_house find "$AURORA_HOME/attachments" -type f -printf '%m ' ! -perm 600)" '600 ' "the attachments' files"
	TOKEN=$(<"$HOUSES/token") api GET /users/me
	expect_status 200
	expect_json .email "$EMAIL"
}

@test "restore: what was pending is applied once, and so is what comes after it" {
	local pending
	restored
	equal "$(sql 'SELECT consumer, pending, parked, applied FROM bus.status()')" "$(<"$HOUSES/status")"
	pending=$(awk -F'|' '$1 == "search" { print $2 }' "$HOUSES/status")
	[ "$pending" -ge 5 ]
	sql "CREATE TABLE house.seen (event text); CREATE FUNCTION house.see() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
		\$\$ BEGIN INSERT INTO house.seen VALUES (NEW.body || ' ' || NEW.version); RETURN NEW; END \$\$;
		CREATE TRIGGER see AFTER INSERT OR UPDATE ON search.documents FOR EACH ROW EXECUTE FUNCTION house.see()"
	# Written while the old is still pending.
	TOKEN=$(<"$HOUSES/token")
	capture 'written afterwards'
	consume
	consume
	equal "$(sql 'SELECT consumer, pending, parked FROM bus.status()')" $'search|0|0\nthoughts|0|0\njournals|0|0\nplanning|0|0'
	equal "$(sql "SELECT applied FROM bus.status() WHERE consumer = 'search'")" \
		$((pending + 1 + $(awk -F'|' '$1 == "search" { print $4 }' "$HOUSES/status"))) "events that were applied"
	equal "$(sql "SELECT event FROM house.seen WHERE event !~ 'bob' ORDER BY 1")" \
		$'a pending idea 2\nthe last pending word 1\nwritten afterwards 1'
	equal "$(sql "SELECT max(n) FROM (SELECT count(*) AS n FROM house.seen GROUP BY event) s")" 1
	sql 'DROP TRIGGER see ON search.documents; DROP FUNCTION house.see; DROP TABLE house.seen'
	become ada
	TOKEN='' api POST /auth/login "$(jq -nc --arg e "$EMAIL" --arg p "$PASSWORD" '{email: $e, password: $p}')"
	TOKEN=$(json .access_token)
	finds northern 1
	finds 'zazolc' 1
	finds idea 1
	finds last+pending+word 1
	finds written+afterwards 1
	# What the old house had applied is not applied again.
	finds appliedelsewhere 0
	finds wastepaper 0
	# An account whose end was still to be told is gone.
	equal "$(sql "SELECT count(*) FROM thoughts.thoughts WHERE text LIKE 'whatbob%'")" 0
	equal "$(sql "SELECT count(*) FROM search.documents WHERE body LIKE 'whatbob%'")" 0
	capture 'a thought of the new house'
	finds new+house 1
}

@test "restore: a home that has a house is left as it is" {
	restored
	has "$(refused aurora restore "$HOUSES/full.tar")" "there is a house in $AURORA_HOME"
	api GET /users/me
	expect_status 401
	aurora down
	has "$(refused aurora restore "$HOUSES/full.tar")" "there is a house in $AURORA_HOME"
	aurora up
	api GET /users/me
	expect_status 401
	mkdir "$HOUSES/other"
	touch "$HOUSES/other/thesis.tex"
	has "$(AURORA_HOME=$HOUSES/other refused aurora restore "$HOUSES/full.tar")" thesis.tex
	equal "$(ls -A "$HOUSES/other")" thesis.tex
}

@test "restore: an archive that is cut, damaged or not of aurora is refused, and nothing is made" {
	local dir bad=$BATS_TEST_TMPDIR/bad.tar size at
	size=$(stat -c %s "$HOUSES/full.tar")
	restore_refuses "$HOUSES/nowhere.tar" "cannot be read"
	: >"$bad"
	restore_refuses "$bad" "nothing was made"
	for at in 300 5000 $((size / 2)) $((size - 12000)); do
		head -c "$at" "$HOUSES/full.tar" >"$bad"
		restore_refuses "$bad" "nothing was made"
	done
	for at in 1200 $((size / 2)); do
		cp "$HOUSES/full.tar" "$bad"
		printf '\377\376' | dd of="$bad" bs=1 seek="$at" conv=notrunc status=none
		restore_refuses "$bad" "nothing was made"
	done
	dir=$(unpacked)
	echo more >>"$(find "$dir/attachments" -type f)"
	(cd "$dir" && tar -cf "$bad" manifest keys/* secrets/* database.dump attachments/*/*)
	restore_refuses "$bad" "is damaged in attachments/"
	dir=$(unpacked)
	pack "$dir" "$bad" keys secrets/pepper database.dump
	restore_refuses "$bad" "something else in it than files"
	pack "$dir" "$bad" secrets/pepper database.dump
	restore_refuses "$bad" "has no manifest"
	pack "$dir" "$bad" manifest secrets/pepper database.dump
	restore_refuses "$bad" "lacks keys/"
	sed -i 's/^aurora-backup 1$/aurora-backup 2/' "$dir/manifest"
	(cd "$dir" && tar -cf "$bad" manifest keys/* secrets/* database.dump)
	restore_refuses "$bad" "is of a later aurora"
	dir=$(unpacked)
	sed -i "s/^migration .* 0001_house/migration $(sha256sum </dev/null | cut -d' ' -f1) 0001_house/" "$dir/manifest"
	(cd "$dir" && tar -cf "$bad" manifest keys/* secrets/* database.dump)
	restore_refuses "$bad" "is of another checkout: 0001_house.sql"
	dir=$(unpacked)
	echo "migration $(sha256sum </dev/null | cut -d' ' -f1) 9001_later.sql" >>"$dir/manifest"
	(cd "$dir" && tar -cf "$bad" manifest keys/* secrets/* database.dump)
	restore_refuses "$bad" "is ahead of this checkout: it has 9001_later.sql applied"
}

@test "restore: no member goes where the archive says" {
	local dir bad=$BATS_TEST_TMPDIR/bad.tar
	dir=$(unpacked)
	touch "$dir/evil"
	cd "$dir"
	tar -cPf "$bad" --transform 's,^evil$,../evil,' manifest keys/* secrets/* database.dump evil
	restore_refuses "$bad" "has '../evil' in it"
	tar -cPf "$bad" --transform "s,^evil$,$HOUSES/evil," manifest keys/* secrets/* database.dump evil
	restore_refuses "$bad" "has '$HOUSES/evil' in it"
	tar -cPf "$bad" --transform 's,^evil$,secrets/../../evil,' manifest keys/* secrets/* database.dump evil
	restore_refuses "$bad" "has 'secrets/../../evil' in it"
	rm evil
	ln -s "$HOUSES/evil" secrets/evil
	tar -cf "$bad" manifest keys/* secrets/* database.dump
	restore_refuses "$bad" "something else in it than files"
	rm secrets/evil
	ln secrets/pepper secrets/evil
	tar -cf "$bad" manifest keys/* secrets/* database.dump
	restore_refuses "$bad" "something else in it than files"
	rm secrets/evil
	tar -cf "$bad" manifest keys/* secrets/* database.dump attachments/*/* secrets/pepper --hard-dereference
	restore_refuses "$bad" "nothing was made"
	echo evil >secrets/evil
	tar -cf "$bad" manifest keys/* secrets/* database.dump attachments/*/*
	restore_refuses "$bad" "its manifest does not name"
}

@test "restore: one that fails half-way takes away what it has made" {
	local dir bad=$BATS_TEST_TMPDIR/bad.tar out
	dir=$(unpacked)
	truncate -s $(($(stat -c %s "$dir/database.dump") - 2000)) "$dir/database.dump"
	sign "$dir"
	(cd "$dir" && tar -cf "$bad" manifest keys/* secrets/* database.dump attachments/*/*)
	restore_refuses "$bad" "the database was not restored"
	equal "$(pgrep -f -- "-D $HOUSES/c/" || true)" "" "processes"
	# What was there before stays.
	mkdir "$HOUSES/c"
	echo 'body_limit = 4096' >"$HOUSES/c/aurora.conf"
	out=$(AURORA_HOME=$HOUSES/c refused aurora restore "$bad")
	has "$out" "the database was not restored"
	equal "$(ls -A "$HOUSES/c")" aurora.conf
	AURORA_HOME=$HOUSES/c aurora restore "$HOUSES/full.tar"
	equal "$(<"$HOUSES/c/aurora.conf")" 'body_limit = 4096'
}

@test "restore: one that was killed is begun anew" {
	local restoring
	export AURORA_HOME=$HOUSES/c
	"$HOUSE_ROOT/scripts/aurora" restore "$HOUSES/full.tar" >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- </dev/null &
	restoring=$!
	wait_until 30 grep -q Restoring "$BATS_TEST_TMPDIR/out"
	kill -KILL "$restoring"
	wait "$restoring" || true
	[ ! -e "$AURORA_HOME/pg" ]
	wait_until 30 flock -n "$AURORA_HOME" true
	aurora restore "$HOUSES/full.tar"
	AURORA_PORT=$(house_port) aurora up
	equal "$(sql "SELECT count(*) FROM thoughts.thoughts")" "$(AURORA_HOME=$HOUSES/a sql "SELECT count(*) FROM thoughts.thoughts")"
}

@test "restore: aurora.conf comes along" {
	local dir
	dir=$(unpacked)
	printf 'port = %s\nbody_limit = 2048\n' "$PORT_B" >"$dir/aurora.conf"
	sign "$dir"
	(cd "$dir" && tar -cf "$BATS_TEST_TMPDIR/conf.tar" manifest aurora.conf keys/* secrets/* database.dump attachments/*/*)
	AURORA_HOME=$HOUSES/d aurora restore "$BATS_TEST_TMPDIR/conf.tar"
	equal "$(stat -c %a "$HOUSES/d/aurora.conf")" 600
	has "$(AURORA_HOME=$HOUSES/d aurora params)" 2048
	echo 'no_such = 1' >"$dir/aurora.conf"
	sign "$dir"
	(cd "$dir" && tar -cf "$BATS_TEST_TMPDIR/conf.tar" manifest aurora.conf keys/* secrets/* database.dump attachments/*/*)
	restore_refuses "$BATS_TEST_TMPDIR/conf.tar" no_such
}

rotate() {
	as_house logrotate --force --state "$AURORA_HOME/run/logrotate.state" "$AURORA_HOME/etc/logrotate.conf"
}

@test "logs: large ones are rotated whole, old ones are compressed and counted" {
	local log=$AURORA_HOME/log i
	grep -qE '^\*/[0-9]+ \* \* \* \* log-rotate$' "$AURORA_HOME/etc/crontab"
	# A small one stays, an empty one too.
	as_house "$AURORA_HOME/bin/cron-run" log-rotate
	equal "$(find "$log" -name '*.log.*')" ""
	for i in 1 2 3; do
		head -c 17M /dev/zero | tr '\0' '\n' | as_house tee -a "$log/cron.log" >/dev/null
		as_house "$AURORA_HOME/bin/cron-run" log-rotate
		equal "$(find "$log" -name 'cron.log.*' | wc -l)" "$i"
		equal "$(find "$log" -name 'cron.log.*.gz' | wc -l)" "$((i - 1))"
		equal "$(stat -c '%s %a' "$log/cron.log")" "0 640"
	done
	# As many days later.
	for i in {1..14}; do
		echo "line $i" | as_house tee -a "$log/cron.log" >/dev/null
		rotate
	done
	equal "$(find "$log" -name 'cron.log.*' | wc -l)" 14
	equal "$(find "$log" -name 'cron.log.*.gz' | wc -l)" 13
	equal "$(<"$log/cron.log.1")" "line 14"
	equal "$(gzip -dc "$log/cron.log.14.gz")" "line 1"
	# Also those that are not renamed.
	echo "a report" | as_house tee -a "$log/stderr.log" >/dev/null
	rotate
	equal "$(gzip -dc "$log/stderr.log.1.gz")" "a report"
	aurora status | grep -q "postgresql *running"
}

@test "logs: rotated under load, each line is there once" {
	local log=$AURORA_HOME/log asking=() n before
	before=$(pids identity)
	for n in 1 2 3; do
		(exec 3>&- && until [ -e "$HOUSES/.stop" ]; do
			curl -s -o /dev/null -w '%header{x-request-id}\n' "$AURORA_URL/users/me?n=[1-100]"
		done >"$HOUSES/.asked.$n") &
		asking+=($!)
	done
	for n in 1 2 3 4; do
		sleep 1.2
		rotate
		grep -q "logfiles cycled" "$log/lighttpd.log"
	done
	touch "$HOUSES/.stop"
	wait "${asking[@]}"
	sort "$HOUSES"/.asked.* >"$HOUSES/.asked"
	[ "$(wc -l <"$HOUSES/.asked")" -gt 1000 ]
	find "$log" -name 'identity.log*' -exec zcat -f {} + | jq -r .request_id | sort >"$HOUSES/.logged"
	equal "$(uniq -d "$HOUSES/.logged" | wc -l)" 0 "lines that are there twice"
	equal "$(comm -23 "$HOUSES/.asked" "$HOUSES/.logged" | wc -l)" 0 "lines that are lost"
	equal "$(pids identity)" "$before" "processes"
}
