#!/usr/bin/env bats
# Journals as files: exported as a book, a page, Markdown, JSON or an archive; and taken in again.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own; api sets status, body and headers

load common
load journals

setup_file() {
	register_as me
	# 1x1 pixels; a JPEG of 2x1.
	base64 -d >"$BATS_FILE_TMPDIR/dot.png" <<-END
		iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
	END
}

setup() {
	become me
	dir=$BATS_TEST_TMPDIR/dir
	mkdir -p "$dir"
}

# attach FILE: to the entry; sets `attachment`.
attach() {
	api POST "/api/journals/$journal/entries/$entry/attachments?filename=${1##*/}" "@$1" \
		-H 'Content-Type: application/octet-stream'
	expect_status 201
	attachment=$(json .id)
}

# export_as FORMAT [QUERY]: the journal, into the file $dir/export.FORMAT.
export_as() {
	api GET "/api/journals/$journal/export?format=$1${2:+&$2}"
	expect_status 200
	cp "$body_file" "$dir/export.$1"
}

# import FILE [QUERY]
import() {
	api POST "/api/journals/$journal/import?${2:-}" "@$1" -H 'Content-Type: application/octet-stream'
}

# What an exported journal says, but for ids.
said() {
	jq -S 'del(.entries[].id, .entries[].attachments[].id)
		| .entries |= sort_by(.entry_date, .title, .content)
		| .entries[].content |= gsub("attachments/[0-9a-f-]{36}"; "attachments/ID")' "$1"
}

# pack FILE NAME…: an archive of what is in $dir.
pack() {
	local file=$1
	shift
	bsdtar --format zip -cf "$file" -C "$dir" "$@"
}

# A journal with everything in it.
fill() {
	begin 'Walks & "talks"' '{description: "Where I went", settings: {colour: "green"}}'
	write $'# Not the title\n\n**Bold** and *soft*, a [link](https://example.org/).\n\n- one\n- [x] done' \
		'{title: "The Spree", entry_date: "2026-03-29", time_zone: "Europe/Berlin", mood: 4, tags: ["walks/wet"]}'
	attach "$BATS_FILE_TMPDIR/dot.png"
	save "A picture: ![a dot](/api/journals/attachments/$attachment)"
	write 'Another day' '{entry_date: "2026-04-02"}'
	write $'مرحبا بالعالم\n\n今日は良い天気。 Ελληνικά, русский, 🎉' '{title: "Scripts", entry_date: "2026-04-03"}'
}

@test "json: the journal and its entries, oldest first, from a day to a day; for who may read it" {
	fill
	export_as json
	expect_header Content-Type application/json
	expect_header Content-Disposition "attachment; filename=\"journal.json\"; filename*=UTF-8''Walks%20%26%20%22talks%22.json"
	expect_json '.format == "aurora-journal" and .format_version == 1'
	expect_json '.journal == {name: "Walks & \"talks\"", description: "Where I went", settings: {colour: "green"}}'
	expect_json '[.entries[].entry_date] == ["2026-03-29", "2026-04-02", "2026-04-03"]'
	expect_json '.entries[0] | .title == "The Spree" and .time_zone == "Europe/Berlin" and .mood == 4 and .tags == ["walks", "walks/wet"]'
	expect_json ".entries[0].attachments[0].sha256 == \"$(sha256sum <"$BATS_FILE_TMPDIR/dot.png" | cut -d' ' -f1)\""
	export_as json 'from=2026-04-01&to=2026-04-02'
	expect_json '[.entries[].content] == ["Another day"]'
	api GET "/api/journals/$journal/export?format=docx"
	expect_problem 400 bad_request
	api GET "/api/journals/$journal/export?format=json&from=tomorrow"
	expect_problem 400 bad_request
	api GET "/api/journals/$(uuid7)/export?format=json"
	expect_problem 404 not_found
	register_as reader
	become me
	share_with reader viewer
	as reader api GET "/api/journals/$journal/export?format=json"
	expect_status 200
	begin Empty
	export_as json
	expect_json '.entries == []'
	export_as md
	equal "$body" '# Empty'
}

@test "md and html: to be read, with nothing of the writer's that runs" {
	fill
	write '<script>alert(1)</script> <a href="javascript:x">y</a>' '{title: "<b>", entry_date: "2026-04-04"}'
	export_as md
	expect_header Content-Type 'text/markdown; charset=utf-8'
	has "$body" $'# Walks & "talks"\n\nWhere I went\n\n## Sunday, March 29, 2026: The Spree\n\n*4/5 #walks #walks/wet*\n\nA picture:'
	export_as html
	expect_header Content-Type 'text/html; charset=utf-8'
	has "$body" '<h1 dir="auto">Walks &amp; &quot;talks&quot;</h1>'
	has "$body" "<img src=\"data:image/png;base64,$(base64 -w0 <"$BATS_FILE_TMPDIR/dot.png")\" alt=\"a dot\""
	has "$body" '<h2>&lt;b&gt;</h2>'
	[[ $body != *'<script'* && $body != *javascript:* ]] || fail 'markup of the writer is in the page'
}

@test "pdf: title page, contents with page numbers, text in every script, outline, metadata" {
	local text number
	api PATCH /users/me '{"name": "Ada Lovelace"}'
	fill
	write '| a | b |
|---|---|
| cell one | cell two |

> quoted

```
int main(void);
```' '{title: "Blocks", entry_date: "2026-05-01"}'
	export_as pdf
	expect_header Content-Type application/pdf
	pdfinfo "$dir/export.pdf" >"$dir/info"
	grep -qx 'Title: *Walks & "talks"' "$dir/info"
	grep -qx 'Author: *Ada Lovelace' "$dir/info"
	text=$(pdftotext -layout "$dir/export.pdf" -)
	has "$text" 'Where I went'
	has "$text" 'Sunday, March 29, 2026 – Friday, May 1, 2026'
	for number in 'A picture:' 'Ελληνικά, русский' '今日は良い天気' 'cell two' quoted 'int main(void);' '#walks' 'Another day'; do
		has "$text" "$number"
	done
	# In the order in which it is read, whichever way it is written.
	has "$(pdftotext "$dir/export.pdf" -)" 'مرحبا بالعالم'
	# The page that the contents name is the page where it is.
	number=$(pdftotext -f 2 -l 2 -layout "$dir/export.pdf" - | sed -n 's/.*Blocks  *\([0-9]*\)$/\1/p')
	has "$(pdftotext -f "$number" -l "$number" "$dir/export.pdf" -)" 'Blocks'
	pdftohtml -xml -i -stdout "$dir/export.pdf" >"$dir/outline"
	equal "$(sed -n '/<outline>/,$p' "$dir/outline" | grep -c '<item')" 7 'items of the outline: three months, four entries'
	grep -q "<item page=\"$number\">[^<]*Blocks</item>" "$dir/outline"
	equal "$(pdfimages -list "$dir/export.pdf" | awk 'NR > 2 && $3 == "image" && $4 == 1 && $5 == 1' | wc -l)" 1 pictures
	equal "$(pdffonts "$dir/export.pdf" | awk 'NR > 2 && $(NF - 4) != "yes"')" '' 'fonts that are not in it'
	begin Nothing
	export_as pdf
	equal "$(pdfinfo "$dir/export.pdf" | sed -n 's/^Pages: *//p')" 1
}

@test "pdf: pictures of every kind that a page shows" {
	begin
	write 'Three of them'
	attach "$BATS_FILE_TMPDIR/dot.png"
	# Two pixels of a GIF, a WebP of one.
	base64 -d >"$dir/dots.gif" <<<R0lGODlhAgABAPAAAP8AAAAA/ywAAAAAAgABAAACAkQKADs=
	base64 -d >"$dir/dot.webp" <<<UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAgA0JaQAA3AA/vuUAAA=
	attach "$dir/dots.gif"
	attach "$dir/dot.webp"
	export_as pdf
	equal "$(pdfimages -list "$dir/export.pdf" | awk 'NR > 2 && $3 == "image" { print $4 "x" $5 }' | sort | xargs)" '1x1 1x1 2x1'
}

@test "pdf: whatever an entry holds, a book comes of it" {
	local i
	begin
	write "$(printf '> %.0s' {1..300})deep"
	write "$(for i in {1..200}; do printf '%*s- deep\n' $((2 * i)) ''; done)"
	write "$(printf '|%.0s' {1..400})"$'\n'"$(printf '|-%.0s' {1..400})"$'\n'"| x |"
	write "$(printf 'x%.0s' {1..20000})"
	write $'![gone](/api/journals/attachments/018f0000-0000-7000-8000-000000000000) ![](x) [](y)\n\n***\n\n-\n\n1.\n\n```\n```'
	write $'\u200b\u202e\ufeff\u0085\u2028\u2029 \U10FFFF'
	printf '\377\330\377\341\377\377Exif' >"$dir/broken.jpg"
	attach "$dir/broken.jpg"
	head -c 20 "$BATS_FILE_TMPDIR/dot.png" >"$dir/broken.png"
	attach "$dir/broken.png"
	export_as pdf
	pdftotext "$dir/export.pdf" - >/dev/null
}

@test "zip: what is exported and taken in is the same but for ids, and again changes nothing" {
	fill
	export_as zip
	equal "$(bsdtar -tf "$dir/export.zip" | sed -E 's,[0-9a-f-]{36},ID,' | xargs)" 'journal.json attachments/ID/dot.png'
	cmp <(bsdtar -xOf "$dir/export.zip" 'attachments/*') "$BATS_FILE_TMPDIR/dot.png"
	export_as json
	said "$dir/export.json" >"$dir/before"
	# Somebody else's house would look like this: another account.
	register
	begin 'Walks & "talks"' '{description: "Where I went", settings: {colour: "green"}}'
	import "$dir/export.zip" dry_run=true
	expect_json '.created == 3 and .attachments == 1 and .dry_run'
	api GET "/api/journals/$journal"
	expect_json .entry_count 0
	import "$dir/export.zip"
	expect_status 200
	expect_json 'del(.dry_run) == {created: 3, restored: 0, unchanged: 0, conflicts: 0, attachments: 1, missing: 0}'
	export_as json
	equal "$(said "$dir/export.json")" "$(<"$dir/before")"
	attachment=$(json '.entries[0].attachments[0].id')
	has "$(json '.entries[0].content')" "$attachment"
	api GET "/api/journals/attachments/$attachment"
	cmp "$body_file" "$BATS_FILE_TMPDIR/dot.png"
	import "$dir/export.zip"
	expect_json '.created == 0 and .unchanged == 3 and .attachments == 0 and .conflicts == 0'
	equal "$(sql "SELECT count(*) FROM bus.events WHERE user_id = '$USER_ID' AND type = 'EntryCreated'")" 3 events
	equal "$(sql "SELECT count(*) FROM journals.orphans WHERE arriving")" 0 'contents that are still on their way'
}

@test "json: the same where the contents are in the store; elsewhere what is missing is counted" {
	fill
	export_as json
	said "$dir/export.json" >"$dir/before"
	cp "$dir/export.json" "$dir/first.json"
	begin 'Walks & "talks"' '{description: "Where I went", settings: {colour: "green"}}'
	import "$dir/first.json"
	expect_json '.created == 3 and .attachments == 1 and .missing == 0'
	export_as json
	equal "$(said "$dir/export.json")" "$(<"$dir/before")"
	register
	begin
	import "$dir/first.json"
	expect_json '.created == 3 and .attachments == 0 and .missing == 1'
	# An array of entries alone, and however it is laid out.
	begin
	jq '.entries' "$dir/first.json" >"$dir/entries.json"
	import "$dir/entries.json"
	expect_json '.created == 3'
}

@test "an import into the journal it came from: what is in the trash comes back, what was changed stays as it is" {
	fill
	export_as json
	save 'Changed since'
	api GET "/api/journals/$journal/entries"
	entry=$(json '.items[] | select(.content == "Another day").id')
	api DELETE "/api/journals/$journal/entries/$entry"
	import "$dir/export.json"
	expect_json 'del(.dry_run) == {created: 0, restored: 1, unchanged: 1, conflicts: 1, attachments: 0, missing: 0}'
	api GET "/api/journals/$journal/entries/$entry"
	expect_status 200
	api GET "/api/journals/$journal/entries?q=Changed"
	expect_json '.items | length' 1
}

@test "a folder of Markdown files with front matter, and the images that they show" {
	begin
	mkdir -p "$dir/notes/img" "$dir/__MACOSX"
	cat >"$dir/notes/first.md" <<-'END'
		---
		title: "A walk: wet"
		date: 2026-03-29T10:00:00+02:00
		tags: [walks, "Far away"]
		mood: 4
		time_zone: Europe/Berlin
		layout: post
		---

		Along the river. ![dot](img/a%20dot.png) and [again](<img/a dot.png>), [elsewhere](https://example.org/x.png).
	END
	printf '\357\273\277No front matter\r\n' >"$dir/notes/2026-04-01 An afternoon.md"
	printf -- '---\ntags:\n- "#one"\n- two\n---\nlist' >"$dir/2026-04-02.MARKDOWN"
	cp "$BATS_FILE_TMPDIR/dot.png" "$dir/notes/img/a dot.png"
	touch "$dir/__MACOSX/._first.md" "$dir/.DS_Store"
	pack "$BATS_TEST_TMPDIR/notes.zip" notes 2026-04-02.MARKDOWN __MACOSX .DS_Store
	import "$BATS_TEST_TMPDIR/notes.zip"
	expect_status 200
	expect_json '.created == 3 and .attachments == 1'
	api GET "/api/journals/$journal/entries"
	expect_json '[.items[] | [.entry_date, .title]] == [["2026-04-02", ""], ["2026-04-01", "An afternoon"], ["2026-03-29", "A walk: wet"]]'
	expect_json '.items[0].tags == ["one", "two"] and .items[1].content == "No front matter\r\n"'
	expect_json '.items[2] | .tags == ["far-away", "walks"] and .mood == 4 and .time_zone == "Europe/Berlin"'
	attachment=$(json '.items[2].attachments[0].id')
	equal "$(json '.items[2].content')" \
		"Along the river. ![dot](/api/journals/attachments/$attachment) and [again](/api/journals/attachments/$attachment), [elsewhere](https://example.org/x.png)."
	api GET "/api/journals/attachments/$attachment"
	cmp "$body_file" "$BATS_FILE_TMPDIR/dot.png"
	import "$BATS_TEST_TMPDIR/notes.zip"
	expect_json '.created == 0 and .unchanged == 3'
}

@test "what is bad in a file is told by where it stands, and nothing of it is taken" {
	begin
	jq -nc '{format: "aurora-journal", entries: [{content: "good", entry_date: "2026-01-01"}, {content: 1, entry_date: "2026-02-30"},
		{title: "x", mood: 9, colour: 1, entry_date: "2026-01-01", content: "y", time_zone: "Mars/Base"}, 7]}' >"$dir/bad.json"
	import "$dir/bad.json"
	expect_invalid /entries/1/content wrong_type /entries/1/entry_date invalid /entries/2/mood out_of_range \
		/entries/2/colour unknown_field /entries/2/time_zone invalid /entries/3 wrong_type
	local text
	for text in '' x '[' '{"entries":[{]}' '{"entries":[{"content":"a","entry_date":"2026-01-01"},]}' '{"entries":3}' '{"entries":[1' \
		'{"a":1}' '{"entries":[]} x' '{"entries":[{"content":"a\u0000","entry_date":"2026-01-01"}]}'; do
		printf '%s' "$text" >"$dir/bad.json"
		import "$dir/bad.json"
		[ "$status" = 422 ] || fail "'$text' is answered with $status"
	done
	jq -nc '{format_version: 2, entries: []}' >"$dir/bad.json"
	import "$dir/bad.json"
	expect_invalid /format_version not_allowed
	printf -- '---\ntitle: [\n---\nx' >"$dir/a.md"
	printf -- '---\nmood: high\ndate: someday\n---\nx' >"$dir/b.md"
	printf '\377' >"$dir/c.md"
	pack "$BATS_TEST_TMPDIR/bad.zip" a.md b.md c.md
	import "$BATS_TEST_TMPDIR/bad.zip"
	expect_invalid /a.md malformed_yaml /b.md/mood wrong_type /b.md/entry_date invalid /c.md invalid_utf8
	api GET "/api/journals/$journal"
	expect_json .entry_count 0
}

@test "what is large by trick is small in effect: nesting, tables, aliases, links, pictures again and again" {
	local n text
	begin
	write "$(printf '>%.0s' {1..100000}) deep"
	jq -nc '{content: (("a\n" * 200000) + "|-|\n")}' >"$dir/body"
	api POST "/api/journals/$journal/entries" "@$dir/body"
	expect_status 201
	jq -nc '{content: (("|a" * 2000) + "\r" + ("|:-:" * 2000) + ("\rx" * 5000))}' >"$dir/body"
	api POST "/api/journals/$journal/entries" "@$dir/body"
	expect_status 201
	write once
	attach "$BATS_FILE_TMPDIR/dot.png"
	save "$(for n in {1..500}; do echo "![](/api/journals/attachments/$attachment)"; done)"
	publish
	visit GET "$page"
	expect_status 200
	has "$body" '<article'
	export_as html
	equal "$(grep -c '<article' "$dir/export.html")" 4
	export_as pdf
	pdftotext "$dir/export.pdf" - | grep -q deep
	# A front matter of aliases, and links that differ in what does not matter.
	{
		printf -- '---\ntitle: &a %s\ntags: [*a' "$(printf 'x%.0s' {1..3000})"
		printf ',*a%.0s' {1..20000}
		printf ']\n---\n'
	} >"$dir/alias.md"
	cp "$BATS_FILE_TMPDIR/dot.png" "$dir/a"
	for n in {1..13000}; do echo "[](a?$n)"; done >"$dir/links.md"
	echo '![pic](pic) and prose (pictures are nice) and [other](pic-other.txt)' >"$dir/prose.md"
	cp "$BATS_FILE_TMPDIR/dot.png" "$dir/pic"
	echo other >"$dir/pic-other.txt"
	pack "$BATS_TEST_TMPDIR/tricks.zip" links.md prose.md a pic pic-other.txt
	begin
	import "$BATS_TEST_TMPDIR/tricks.zip"
	expect_json '.created == 2 and .attachments == 3'
	api GET "/api/journals/$journal/entries?q=prose"
	text=$(json '.items[0].content')
	[[ $text == *'and prose (pictures are nice) and [other](/api/journals/attachments/'????????-????-????-????-????????????')'* ]] || fail "$text"
	pack "$BATS_TEST_TMPDIR/tricks.zip" alias.md
	import "$BATS_TEST_TMPDIR/tricks.zip"
	[ "$status" = 422 ] || fail "aliases are answered with $status"
	((SAN == 1 || $(peak journals) < 200000)) || fail "a process took $(peak journals) KiB"
}

@test "an import stays within the quota, however its attachments come" {
	local n
	fill
	export_as json
	# The same content counts for each entry that has it, as it does when it is attached.
	jq --argjson n 30 '.entries = [range($n) as $i | .entries[0] | .id = (.id | sub("^.{8}"; "018f00" + (100 + $i | tostring | .[1:])))
		| .attachments[0].id = .id]' "$dir/export.json" >"$dir/many.json"
	sql "UPDATE journals.attachments SET size = 1024 * 1024 * 40 WHERE user_id = '$USER_ID'"
	import "$dir/many.json"
	expect_problem 413 too_large
	api GET "/api/journals/$journal"
	expect_json .entry_count 3
	sql "UPDATE journals.attachments SET size = 70 WHERE user_id = '$USER_ID'"
	import "$dir/many.json"
	expect_json '.created == 30 and .attachments == 30'
}

@test "archives that would do harm are refused: paths that lead out, links, bombs, too much, damage" {
	local bad=$BATS_TEST_TMPDIR/bad.zip
	begin
	echo x >"$dir/evil.md"
	bsdtar --format zip -P -s ',evil,../evil,' -cf "$bad" -C "$dir" evil.md
	import "$bad"
	expect_invalid '' unsafe_path
	bsdtar --format zip -P -s ',evil,/tmp/evil,' -cf "$bad" -C "$dir" evil.md
	import "$bad"
	expect_invalid '' unsafe_path
	bsdtar --format zip -P -s ',evil,a/../../evil,' -cf "$bad" -C "$dir" evil.md
	import "$bad"
	expect_invalid '' unsafe_path
	ln -s /etc/passwd "$dir/link.md"
	pack "$bad" link.md
	import "$bad"
	expect_invalid '' unsafe_member
	rm "$dir/link.md"
	head -c 300000000 /dev/zero >"$dir/bomb.bin"
	pack "$bad" bomb.bin evil.md
	rm "$dir/bomb.bin"
	[ "$(stat -c %s "$bad")" -lt 1000000 ]
	import "$bad"
	expect_invalid /bomb.bin too_large
	head -c 2000000 /dev/urandom | base64 >"$dir/long.md"
	pack "$bad" long.md
	import "$bad"
	expect_invalid /long.md too_large
	bsdtar --format zip --options zip:encryption=zipcrypt --passphrase x -cf "$bad" -C "$dir" evil.md
	import "$bad"
	expect_invalid '' malformed_zip
	pack "$bad" evil.md
	head -c 60 "$bad" >"$bad.cut"
	import "$bad.cut"
	expect_invalid '' malformed_zip
	touch "$dir/nothing.txt"
	pack "$bad" nothing.txt
	import "$bad"
	expect_invalid '' required
	api GET "/api/journals/$journal"
	expect_json .entry_count 0
	wait_until 10 tidy
	equal "$(sql 'SELECT count(*) FROM journals.orphans WHERE arriving')" 0 'contents that are still on their way'
}

tidy() {
	[ -z "$(as_house find "$AURORA_HOME/attachments" -name 'tmp.*')" ]
}

@test "who may write may import; who may read may not" {
	register_as reader
	register_as writer
	become me
	begin
	share_with reader viewer
	share_with writer editor
	echo '[{"content":"from a file","entry_date":"2026-01-01"}]' >"$dir/one.json"
	as reader import "$dir/one.json"
	expect_problem 403 forbidden
	as writer import "$dir/one.json"
	expect_json '.created == 1'
	api GET "/api/journals/$journal/entries"
	expect_json ".items[0].author_id == \"$(as writer variable USER_ID)\""
	# A share does not open what else its owner has attached.
	write x
	attach "$BATS_FILE_TMPDIR/dot.png"
	jq -nc --arg s "$(sha256sum <"$BATS_FILE_TMPDIR/dot.png" | cut -c1-64)" --arg id "$(uuid7)" \
		'[{content: "y", entry_date: "2026-01-02", attachments: [{id: $id, filename: "d", sha256: $s}]}]' >"$dir/two.json"
	as writer import "$dir/two.json"
	expect_json '.created == 1 and .attachments == 0 and .missing == 1'
}

@test "ten thousand entries, out and in, in little memory" {
	local pid
	for pid in $(pids journals); do echo 5 >"/proc/$pid/clear_refs"; done # proc(5): the most so far is forgotten
	begin
	jq -nc '[range(10000) | {content: ("entry number \(.) " + ("lorem ipsum " * 50)), entry_date: "2026-01-01"}]' >"$dir/many.json"
	import "$dir/many.json"
	expect_json '.created == 10000'
	export_as zip
	export_as html
	((SAN == 1 || $(peak journals) < 65536)) || fail "a process took $(peak journals) KiB"
	begin
	import "$dir/export.zip"
	expect_json '.created == 10000'
}
