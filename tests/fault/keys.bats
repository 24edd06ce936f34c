#!/usr/bin/env bats
# The keys that access tokens are signed with, when a process was killed while it made or removed a pair, or somebody lost
# one. The house has no cron: the tests run sweep when they want.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own; api sets status and body

load ../api/common

setup_file() {
	house_start AURORA_CRON=off
	wait_healthy 15
}

teardown_file() {
	house_stop
}

# The key that TOKEN is signed with.
kid() {
	jq -rR 'split(".")[0] | gsub("-"; "+") | gsub("_"; "/") | . + "=" * ((4 - length % 4) % 4) | @base64d | fromjson | .kid' \
		<<<"$TOKEN"
}

# A pair under another kid, which says that it was made at that time: age_key KID SECONDS_AGO. Prints the kid.
age_key() {
	local kid
	kid=$(printf '%08x%08x' $((EPOCHSECONDS - $2)) "$SRANDOM")
	mv "$AURORA_HOME/keys/$1.pub.pem" "$AURORA_HOME/keys/$kid.pub.pem"
	mv "$AURORA_HOME/keys/$1.pem" "$AURORA_HOME/keys/$kid.pem"
	echo "$kid"
}

@test "half a pair that a killed process has left takes no other key away" {
	local keys=$AURORA_HOME/keys first half second
	register
	first=$(age_key "$(kid)" 180000)
	half=$(printf '%08x00000000' $((EPOCHSECONDS - 179000)))
	cp -p "$keys/$first.pub.pem" "$keys/$half.pub.pem"
	as_house "$AURORA_HOME/bin/sweep"
	[ -e "$keys/$first.pem" ] && [ -e "$keys/$first.pub.pem" ] || fail "the only pair is gone: $(ls "$keys")"
	register
	equal "$(kid)" "$first" "the key that signs"
	api GET /api/thoughts
	expect_status 200
	# Both go when another pair has signed for long enough.
	second=$("$HOUSE_ROOT/scripts/aurora" keys rotate 3>&- | grep -oE '[0-9a-f]{16}')
	as_house "$AURORA_HOME/bin/sweep"
	second=$(age_key "$second" 172000)
	as_house "$AURORA_HOME/bin/sweep"
	[ -e "$keys/$first.pem" ] && [ -e "$keys/$half.pub.pem" ] || fail "a key went too early: $(ls "$keys")"
	second=$(age_key "$second" 172900)
	as_house "$AURORA_HOME/bin/sweep"
	equal "$(cd "$keys" && echo *)" "$second.pem $second.pub.pem" "the keys"
	register
	equal "$(kid)" "$second" "the key that signs"
}

@test "--check says what is wrong with those that sign, and sweep makes one where there is none" {
	local keys=$AURORA_HOME/keys away=$BATS_TEST_TMPDIR/away file out
	check_fails() {
		if out=$(as_house "$AURORA_HOME/bin/identity" --check 2>&1); then fail "--check sees nothing: $out"; fi
		[[ $out = *"$1"* ]] || fail "--check says: $out"
	}
	as_house "$AURORA_HOME/bin/identity" --check
	mkdir "$away"
	cp -p "$keys"/*.pem "$away"
	rm "$keys"/*.pub.pem
	check_fails "holds no signing key"
	rm "$keys"/*.pem
	check_fails "aurora keys rotate"
	for file in "$away"/*.pub.pem; do cp -p "$file" "$keys"; done
	check_fails "holds no signing key"
	as_house "$AURORA_HOME/bin/sweep"
	as_house "$AURORA_HOME/bin/identity" --check
	register
	api GET /api/thoughts
	expect_status 200
	# The public half of another.
	openssl ecparam -name prime256v1 -genkey -noout | openssl ec -pubout 2>/dev/null >"$keys/$(kid).pub.pem"
	check_fails "do not fit"
	rm "$keys"/*.pem
	cp -p "$away"/*.pem "$keys"
	as_house "$AURORA_HOME/bin/identity" --check
}
