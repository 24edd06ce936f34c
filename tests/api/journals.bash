# Journals for tests of them, after `load common`; the tests' own user is registered as me.
# shellcheck disable=SC2034,SC2154 # what is set is for the caller; api sets status and body

# other NAME [ADDRESS]: somebody else is registered.
other() {
	register_as "$@"
	become me
}

# begin [NAME [MORE]]: a journal; sets `journal`.
begin() {
	api POST /api/journals "$(jq -nc --arg n "${1:-Diary}" "{name: \$n} + (${2:-{\}})")"
	expect_status 201
	journal=$(json .id)
}

# write CONTENT [MORE]: an entry in the journal; sets `entry`.
write() {
	api POST "/api/journals/$journal/entries" "$(jq -nc --arg c "$1" "{content: \$c} + (${2:-{\}})")"
	expect_status 201
	entry=$(json .id)
}

# save CONTENT [header…]
save() {
	api PATCH "/api/journals/$journal/entries/$entry" "$(jq -nc --arg c "$1" '{content: $c}')" "${@:2}"
}

# save_aside N CONTENT [header…]: the same, beside others; its status is in status.N.
save_aside() {
	local n=$1 into=$BATS_TEST_TMPDIR/status.$1 BATS_TEST_TMPDIR=$BATS_TEST_TMPDIR
	mkdir -p "$BATS_TEST_TMPDIR/aside.$n"
	BATS_TEST_TMPDIR+=/aside.$n
	save "${@:2}"
	echo "$status" >"$into"
}

# share_with NAME ROLE: with somebody of register_as; sets `share`.
share_with() {
	api POST "/api/journals/$journal/share" "{\"email\": \"$(as "$1" variable EMAIL)\", \"role\": \"$2\"}"
	expect_status 201
	share=$(json .id)
}


# visit METHOD PATH …: as a browser of nobody's.
visit() {
	TOKEN='' api "$@" -H 'Accept: text/html,application/xhtml+xml;q=0.9'
}

# publish [PASSWORD]: a public page of the journal; sets `page`, its path, and `token`.
publish() {
	api POST "/api/journals/$journal/share" "$(jq -nc --arg p "${1:-}" '{link: (if $p == "" then {} else {password: $p} end)}')"
	expect_status 201
	token=$(json .token)
	page=/$(json .url | cut -d/ -f 4-)
}
