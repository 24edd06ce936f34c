# shellcheck shell=bash disable=SC2034,SC2154 # the parts of scripts/aurora share their variables
# backup.sh: a house as one archive, and an archive as a house.
#
# An archive is a tar of files with these names and no others: `manifest`, the keys, the secrets, aurora.conf if there is
# one, the database as pg_dump's custom format, and the attachments, each named by its SHA-256. The manifest says where they are from and what they have to be:
#
#	aurora-backup 1
#	made 2026-11-22T20:32:13Z
#	aurora cd486b7
#	postgresql 15.14
#	migration SHA-256 0001_house.sql
#	member SHA-256 secrets/pepper

backup_format=1
backup_members='^(aurora\.conf|database\.dump|keys/[0-9a-f]{16}(\.pub)?\.pem|secrets/[a-z0-9]+)$'
backup_attachments='^attachments/([0-9a-f]{2})/(\1[0-9a-f]{62})$'

command_backup() {
	help_wanted backup "$@" <<'END'
usage: aurora backup [FILE]

Writes the running house into one archive, of which aurora restore makes a house: the database as it is at one moment, the
attachments, the keys, the secrets and aurora.conf. Who has it has the house, so only its owner may read it. Attachments
that are in an S3 store (parameter s3_endpoint) stay there and are not in the archive.

FILE must not be there yet; without it, it is aurora-YYYYMMDDTHHMMSSZ.tar in this directory, and - is standard output.
END
	local file=${1:-aurora-$(date -u +%Y%m%dT%H%M%SZ).tar} beside size
	[ $# -le 1 ] || die "backup: takes one file"
	case $file in
	-)
		[ ! -t 1 ] || die "backup: standard output is a terminal; say into which file"
		beside=${TMPDIR:-/tmp}
		;;
	-*) die "backup: '$file' is not one of its options; see aurora backup --help" ;;
	*)
		file=$(realpath -m -s -- "$file")
		beside=${file%/*}
		if [ -e "$file" ] || [ -L "$file" ]; then die "$file is there already"; fi
		;;
	esac
	house_open
	[ -n "$param_database" ] || cluster_pid >/dev/null || die "the database does not run: aurora up starts it"
	umask 077
	scratch=$(mktemp -d "$beside/.aurora-backup.XXXXXX") || die "${beside:-/} cannot be written"
	trap backup_end EXIT
	backup_collect
	if [ "$file" = - ]; then
		backup_archive - || die "the archive was not written whole"
		return
	fi
	backup_archive "$scratch/archive" || die "$file was not written"
	sync "$scratch/archive"
	mv -nT "$scratch/archive" "$file"
	[ ! -e "$scratch/archive" ] || die "$file is there already"
	sync "${beside:-/}"
	size=$(stat -c %s "$file")
	say "Wrote $file: $(size_text "$size"), the database of $(backup_size) in it."
}

# What a backup leaves behind, however it ends.
backup_end() {
	[ -z "${progress:-}" ] || kill "$progress" 2>/dev/null || true
	rm -rf "$scratch"
	[ -z "${backup_links:-}" ] || as_house rm -rf "$backup_links"
}

size_text() {
	numfmt --to=iec --suffix=B --format=%.1f "$1"
}

# How large the dump is, as far as it is written.
backup_size() {
	size_text "$(stat -c %s "$scratch/database.dump" 2>/dev/null || echo 0)"
}

# On a terminal, how far the dump is, until it is ended.
backup_progress() {
	while sleep 1; do printf '\r%s of the database ' "$(backup_size)" >&2; done
}

# The attachments there are, as links beside them, so that none goes until it is in the archive. One that goes while it is
# being linked was wanted by nobody; then the rest is tried again.
backup_link() {
	local try
	for try in 1 2 3 4 5; do
		# shellcheck disable=SC2016 # as_house's shell is to expand it
		as_house sh -c 'for d in attachments/[0-9a-f][0-9a-f]; do [ ! -d "$d" ] || cp -aln "$d" "$1/attachments/" || exit; done' \
			sh "$backup_links" 2>"$scratch/error" && return
	done
	die "the attachments were not read: $(tail -n 1 "$scratch/error")"
}

# Everything that is in an archive, as files in $scratch. What belongs to the house is read as its user.
backup_collect() {
	local name dump
	dump=$(postgres_bin)/pg_dump
	mkdir "$scratch/keys" "$scratch/secrets"
	while IFS= read -r name; do
		[[ $name =~ $backup_members ]] || continue
		as_house cat "$name" >"$scratch/$name" || die "$home/$name cannot be read"
	done < <(as_house find keys secrets aurora.conf -type f 2>/dev/null)
	compgen -G "$scratch/keys/*.pem" >/dev/null || die "there are no keys in $home/keys"
	compgen -G "$scratch/secrets/*" >/dev/null || die "there are no secrets in $home/secrets"
	backup_origin >"$scratch/manifest"
	as_house find attachments -maxdepth 1 -name '.backup.*' -mtime +0 -exec rm -rf {} + # of one that was killed
	backup_links=$home/$(as_house mktemp -d attachments/.backup.XXXXXX)
	as_house mkdir "$backup_links/attachments"
	# What the database of a moment refers to was there before, or came before the dump ended.
	backup_link
	if [ -t 2 ]; then
		backup_progress &
		progress=$!
	fi
	client_as postgres "$dump" --format=custom --file="$scratch/database.dump" || die "the database was not dumped"
	if [ -n "${progress:-}" ]; then
		kill "$progress"
		wait "$progress" 2>/dev/null || true
		progress=
		printf '\r\e[K' >&2
	fi
	backup_link
	(cd "$backup_links" && find attachments -type f) | sort >"$scratch/attachments"
	{
		backup_files | (cd "$scratch" && xargs sha256sum) | sed 's/^\([0-9a-f]*\)  /member \1 /'
		sed -E 's,^attachments/../(.*)$,member \1 &,' "$scratch/attachments"
	} >>"$scratch/manifest"
}

# The manifest without the members.
backup_origin() {
	echo "aurora-backup $backup_format"
	date -u +'made %Y-%m-%dT%H:%M:%SZ'
	as_house bin/sweep --version | awk '{ print "aurora", $2 }'
	psql_do -q -At -F ' ' -c "SELECT 'postgresql', split_part(current_setting('server_version'), ' ', 1)" \
		-c "SELECT 'migration', checksum, name FROM house.migrations ORDER BY name"
}

# The members of the archive but the manifest and the attachments; the large one last.
backup_files() {
	(cd "$scratch" && find aurora.conf keys secrets -type f 2>/dev/null) | sort || true
	echo database.dump
}

backup_archive() {
	{
		echo manifest
		backup_files
	} | tar --create --file="$1" --force-local --directory="$scratch" --no-recursion --mode=600 --owner=0 --group=0 \
		--numeric-owner --files-from=- --directory="$backup_links" --files-from="$scratch/attachments"
}

command_restore() {
	help_wanted restore "$@" <<'END'
usage: aurora restore FILE

Makes a house of an archive of aurora backup, in an AURORA_HOME that has none, and brings its database up to date. The keys
and secrets are those of the archive, and so is aurora.conf unless one is there. What was to be done when the backup was
made (a thought to be indexed, an account to be erased) is still to be done, and is done once. aurora up starts it.

An archive that is damaged, or ahead of this checkout, is refused before anything is made.
END
	local file=${1:-} made='' member
	local -a members=() attachments=()
	[ $# = 1 ] || die "restore: takes the archive"
	[ -x "$build/bin/params" ] || die "the programs are not built: run make first"
	file=$(realpath -m -s -- "$file")
	house_free
	scratch=$(mktemp -d)
	trap 'rm -rf "$scratch"' EXIT
	archive_check
	restore_parameters
	restore_begin
	restore_database
	for member in "${members[@]}"; do
		case $member in
		database.dump) continue ;;
		aurora.conf) [ ! -e "$home/aurora.conf" ] || continue ;;
		esac
		archive_member "$member" | install_text "$home/$member" 600
	done
	restore_attachments
	if [ -z "$param_database" ]; then
		cluster_stop
		as_house mv -T pg.new pg
	fi
	trap - EXIT
	rm -rf "$scratch"
	say "Restored into $home what was there on $made. To start it: $(own_name) up"
}

# There is no house where one is to be made.
house_free() {
	local entry
	for entry in "$home/pg" "$home"/keys/*.pem "$home"/secrets/*; do
		[ ! -e "$entry" ] || die "there is a house in $home: restore into an AURORA_HOME that has none"
	done
}

# archive_member NAME: its bytes.
archive_member() {
	tar --extract --to-stdout --file="$file" --force-local --occurrence=1 "$1"
}

archive_refuse() {
	die "$file $1; nothing was made"
}

# That the archive is whole and one of ours, that nothing else is in it, and that this checkout is not behind it. Sets made
# and members.
archive_check() {
	local names kinds manifest word sum name
	if ! [ -f "$file" ] || ! [ -r "$file" ]; then die "$file cannot be read"; fi
	names=$(tar --list --file="$file" --force-local --quoting-style=escape 2>/dev/null) || archive_refuse "is not a whole archive"
	kinds=$(tar --list --verbose --file="$file" --force-local | cut -c1 | sort -u)
	[ "$kinds" = - ] || archive_refuse "has something else in it than files"
	while IFS= read -r name; do
		[ "$name" = manifest ] || [[ $name =~ $backup_members || $name =~ $backup_attachments ]] || archive_refuse "has '$name' in it, which no backup has"
	done <<<"$names"
	[ "$names" = "$(awk '!seen[$0]++' <<<"$names")" ] || archive_refuse "has a file in it twice"
	[[ $'\n'$names$'\n' == *$'\n'manifest$'\n'* ]] || archive_refuse "has no manifest: it is not of aurora backup"
	manifest=$(archive_member manifest | tr -d '\0')
	read -r word sum <<<"$manifest"
	[ "$word" = aurora-backup ] || archive_refuse "has no manifest of aurora backup"
	[ "$sum" = "$backup_format" ] || archive_refuse "is of a later aurora: its format is $sum, here it is $backup_format"
	while read -r word sum name; do
		case $word in
		made) made=$sum ;;
		migration) archive_migration_check "$name" "$sum" ;;
		member)
			if [[ $name =~ $backup_attachments ]]; then
				attachments+=("$name")
				continue
			fi
			members+=("$name")
			[[ $'\n'$names$'\n' == *$'\n'$name$'\n'* ]] || archive_refuse "lacks $name"
			[ "$(archive_member "$name" | sha256sum)" = "$sum  -" ] || archive_refuse "is damaged in $name"
			;;
		esac
	done <<<"$manifest"
	[ "$(sort <<<"$names")" = "$(printf '%s\n' manifest "${members[@]}" "${attachments[@]}" | sort)" ] ||
		archive_refuse "has files in it that its manifest does not name"
	[[ " ${members[*]} " == *" database.dump "* ]] || archive_refuse "lacks database.dump"
	if [ ${#attachments[@]} -gt 0 ]; then
		name=$(archive_attachments | awk '$2 != "attachments/" substr($1, 1, 2) "/" $1 { print $2; exit }')
		[ -z "$name" ] || archive_refuse "is damaged in $name"
	fi
	"$(postgres_bin)/pg_restore" --list < <(archive_member database.dump 2>/dev/null) >"$scratch/list" ||
		archive_refuse "has a database in it that this PostgreSQL does not read"
}

# Sums and names of the attachments in it, in one reading.
archive_attachments() {
	# shellcheck disable=SC2016 # tar's shell is to expand it
	tar --extract --file="$file" --force-local --wildcards 'attachments/*' \
		--to-command='sum=$(sha256sum) && echo "${sum%% *} $TAR_FILENAME"'
}

archive_migration_check() {
	[[ $1 =~ ^[0-9A-Za-z_]+\.sql$ && -e $root/sql/migrations/$1 ]] ||
		archive_refuse "is ahead of this checkout: it has $1 applied"
	[ "$(sha256sum <"$root/sql/migrations/$1")" = "$2  -" ] ||
		archive_refuse "is of another checkout: $1 there is not what it is here"
}

# The parameters as they will be.
restore_parameters() {
	local conf=$home
	if [ ! -e "$home/aurora.conf" ]; then
		conf=$scratch
		[[ " ${members[*]} " != *" aurora.conf "* ]] || archive_member aurora.conf >"$scratch/aurora.conf"
	fi
	AURORA_HOME=$conf parameters_read "$build/bin/params"
}

# The names were all looked at: they are hashes in two directories.
restore_attachments() {
	[ ${#attachments[@]} -gt 0 ] || return 0
	say "Restoring ${#attachments[@]} attachments"
	(umask 077 && as_house tar --extract --file=- --directory="$home" --no-same-owner --wildcards 'attachments/*') <"$file" ||
		die "the attachments were not restored"
}

# The house as a directory, and what takes it away again when nothing comes of it.
restore_begin() {
	home_asked=$home
	home_before=none
	[ ! -d "$home" ] || home_before=" $(find "$home/" -mindepth 1 -maxdepth 1 -printf '%f ')"
	house_make
	house_lock
	house_free
	trap restore_undo EXIT
}

restore_undo() {
	local entry
	rm -rf "$scratch"
	if [ "$cluster" != pg ]; then cluster_stop || true; fi
	as_house sh -c 'rm -rf pg.new keys/* secrets/* attachments/*' || true
	for entry in $house_entries; do
		[[ $home_before == *" $entry "* ]] || as_house rm -rf "$entry" || true
	done
	if [ "$home_before" = none ]; then
		rmdir "$home" || true
		[ ! -L "$home_asked" ] || rm "$home_asked"
	fi
	echo "aurora: nothing was restored" >&2
}

# What the list of the dump says, all or nothing.
restore_dump() {
	local to=()
	[ -n "$param_database" ] || to=(-d aurora)
	client_as postgres "$(postgres_bin)/pg_restore" "${to[@]}" --single-transaction --exit-on-error --use-list="$1" \
		< <(archive_member database.dump 2>/dev/null) || die "the database was not restored"
}

# Which migrations are applied comes last: until then no `up` takes this for the database of a house.
restore_database() {
	if [ -z "$param_database" ]; then
		cluster=pg.new
		cluster_init
		cluster_start
	elif [ "$(psql_do -At -c "SELECT to_regnamespace('bus') IS NULL AND to_regnamespace('house') IS NULL")" != t ]; then
		die "there is a house in the database that the parameter database names: restore into one that has none"
	fi
	say "Restoring the database"
	psql_do -q -v VERBOSITY=terse -c 'SET client_min_messages = warning' -f "$root/sql/roles.sql" -f - <<'SQL'
DO $$
BEGIN
	EXECUTE format('ALTER DATABASE %I SET timezone = ''UTC''', current_database());
	EXECUTE format('ALTER DATABASE %I SET datestyle = ''ISO, YMD''', current_database());
	EXECUTE format('GRANT CREATE, CONNECT ON DATABASE %I TO aurora', current_database());
END
$$;
SQL
	grep -v ' TABLE DATA house migrations ' "$scratch/list" >"$scratch/first"
	grep ' TABLE DATA house migrations ' "$scratch/list" >"$scratch/last"
	restore_dump "$scratch/first"
	psql_do -q -At -c 'SELECT bus.rebase()' >/dev/null
	restore_dump "$scratch/last"
	migrate
	psql_do -q -c ANALYZE
}
