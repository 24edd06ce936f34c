# shellcheck shell=bash disable=SC2034,SC2154 # the parts of scripts/aurora share their variables
# house.sh: the directory of a house, the user it belongs to, its parameters, its processes.
#
# When root works on a house it trusts nothing that the house's user can write: what is written below $home, moved or
# signalled there is so as that user (as_house), nothing from there is evaluated, and no program of it runs as root.

# Everything that may lie in a house; a directory with something else in it is not made into one.
house_entries=' aurora.conf pg pg.new run log keys secrets bin htdocs etc attachments '

# Set `home`, absolute, from AURORA_HOME. It need not exist.
home_find() {
	home_given=${AURORA_HOME:-}
	home=${AURORA_HOME:-$root/var}
	case $home in /*) ;; *) home=$PWD/$home ;; esac
	home=$(realpath -m -s "$home")
	[ "$home" != / ] || die "AURORA_HOME cannot be /"
	# A house whose place its user cannot reach is a link to where it really is.
	if [ -e "$home" ]; then home=$(realpath "$home"); fi
	case $home in
	*[!A-Za-z0-9._/+@=-]*)
		die "the path of the house may only have letters, digits and . _ / + @ = -, not '$home': set AURORA_HOME to another"
		;;
	esac
	export AURORA_HOME=$home
}

# The next line [export ]name='value' on standard input as `name` and `value`; a quote in a value is '\''. What does not
# look like it is passed over.
assignment_read() {
	local line quote="'" escaped="'\\''"
	while IFS= read -r line; do
		line=${line#export }
		[[ $line =~ ^([A-Za-z][A-Za-z0-9_]*)=\'(.*)\'$ ]] || continue
		name=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]//"$escaped"/$'\1'}
		[[ $value != *"$quote"* ]] || continue
		value=${value//$'\1'/"$quote"}
		return 0
	done
	return 1
}

# Every parameter as param_NAME, from the program that knows them. A bad value ends it here.
parameters_read() {
	local lines name value
	lines=$("$1") || exit 1
	while assignment_read; do printf -v "param_$name" %s "$value"; done <<<"$lines"
}

# The program that knows the parameters: that of the house, but for root only that of this build.
parameters_program() {
	if [ "$(id -u)" != 0 ] && [ -x "$home/bin/params" ]; then
		echo "$home/bin/params"
	else
		[ -x "$build/bin/params" ] || die "the programs are not built: run make first"
		echo "$build/bin/params"
	fi
}

# The user that owns the house and runs everything in it: never root.
house_user_find() {
	if [ -e "$home/pg" ]; then
		house_user=$(stat -c %U "$home/pg")
	elif [ "$(id -u)" = 0 ]; then
		house_user=aurora
	else
		house_user=$(id -un)
	fi
	if [ "$(id -u)" = 0 ]; then
		[ "$house_user" != root ] || die "$home belongs to root, as whom PostgreSQL does not run: chown it to a user"
		as_house_words=(setpriv "--reuid=$house_user" "--regid=$(id -gn "$house_user" 2>/dev/null || echo "$house_user")"
			--init-groups)
	else
		[ "$house_user" = "$(id -un)" ] || die "$home belongs to $house_user: be that user, or root"
		as_house_words=()
	fi
	house_environment=("${house_environment_always[@]}")
}

# as_house COMMAND...: as the user of the house, in its directory, with its environment and with no files of ours open
# (a daemon would keep our lock, or a test's pipe).
as_house() (
	local fd name
	cd "$home" || exit 1
	for fd in /proc/"$BASHPID"/fd/*; do
		fd=${fd##*/}
		[ "$fd" -le 2 ] || eval "exec $fd>&-"
	done
	# Not by env(1): what a program is told of the database is not for everyone's ps.
	for name in $(compgen -e); do
		unset "$name" 2>/dev/null || export -n "${name?}"
	done
	for name in "${house_environment[@]}"; do export "${name?}"; done
	exec "${as_house_words[@]}" "$@"
)

# as_house_logged FILE COMMAND...: the same with what it says in a file of the house.
as_house_logged() {
	# shellcheck disable=SC2016
	as_house sh -c 'log=$1; shift; rm -f "$log"; exec "$@" >"$log" 2>&1' sh "$@"
}

house_environment_always=(PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin LC_ALL=C.UTF-8 TZ=UTC)

# What every program of the house finds in its environment: nothing of the operator's but the parameters.
house_environment_set() {
	local name
	house_environment=("${house_environment_always[@]}" "HOME=$home")
	for name in "${!param_@}"; do
		name=${name#param_}
		name=AURORA_${name^^}
		[ -z "${!name+set}" ] || house_environment+=("$name=${!name}")
	done
	house_environment+=("${sanitizer_options[@]}")
}

# The operator's *SAN_OPTIONS, as they are at `up`.
sanitizer_options_find() {
	local name
	sanitizer_options=()
	for name in ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS; do
		[ -z "${!name+set}" ] || sanitizer_options+=("$name=${!name}")
	done
}

# Say which parameters the last `up` had from its environment and this one, which forgets them, has not.
house_environment_compare() {
	local name value lines in_force
	lines=$(house_read "$home/run/environment")
	while assignment_read; do
		in_force=${name#AURORA_}
		in_force=param_${in_force,,}
		case $name in
		AURORA_*) [ -n "${!name+set}" ] || [ "${!in_force-$value}" = "$value" ] ||
			say "$name was set at the last up and is not any more; to keep it, write ${in_force#param_} = … into $home/aurora.conf" ;;
		esac
	done <<<"$lines"
}

# Keep it for the cron programs and for later commands.
house_environment_keep() {
	local pair text quote="'\\''"
	{
		echo "# The environment at the last \`aurora up\`, for what starts later."
		for pair in "${house_environment[@]}"; do
			text=${pair#*=}
			printf "export %s='%s'\n" "${pair%%=*}" "${text//"'"/"$quote"}"
		done
	} | install_text "$home/run/environment" 600 || true
}

# For commands on a house that is there: its user, and the parameters it was started with.
house_open() {
	local name value lines program
	[ -d "$home/run" ] || die "there is no house in $home: aurora up makes one"
	house_user_find
	sanitizer_options_find
	lines=$(house_read "$home/run/environment")
	if [ -n "$lines" ]; then
		for name in ${!AURORA_*}; do unset "$name"; done
		sanitizer_options=()
		# These are for the house's programs: what this command runs by itself has the operator's.
		while assignment_read; do
			case $name in
			AURORA_*) export "$name=$value" ;;
			ASAN_OPTIONS | UBSAN_OPTIONS | LSAN_OPTIONS) sanitizer_options+=("$name=$value") ;;
			esac
		done <<<"$lines"
		AURORA_HOME=$home
	fi
	export AURORA_HOME
	program=$(parameters_program) || exit 1
	parameters_read "$program"
	house_environment_set
}

# Could the user of the house get to this directory?
house_reaches() {
	[ "$(id -u)" != 0 ] || "${as_house_words[@]}" test -x "$1"
}

# The directory with its parts, of the right owner and mode.
house_make() {
	local entry parent place
	if [ -d "$home" ]; then
		while IFS= read -r entry; do
			[[ $house_entries == *" $entry "* ]] || [ "$entry" = lost+found ] ||
				die "$home has other things in it ($entry): set AURORA_HOME to a directory of its own"
		done < <(ls -A "$home")
	fi
	if [ "$(id -u)" = 0 ] && [ ! -e "$home/pg" ] && ! id -u aurora >/dev/null 2>&1; then
		useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin aurora ||
			die "the user aurora could not be made"
	fi
	house_user_find
	parent=${home%/*}
	mkdir -p "${parent:-/}" || die "$parent cannot be made: set AURORA_HOME to a place that can"
	if ! house_reaches "${parent:-/}"; then
		place=/var/lib/aurora/$(sha256sum <<<"$home" | cut -c1-16)
		mkdir -p /var/lib/aurora
		chmod 755 /var/lib/aurora
		if [ -d "$home" ]; then mv -T "$home" "$place"; else mkdir -p "$place"; fi
		ln -s "$place" "$home"
		say "The user $house_user cannot reach $home, so the house is in $place, and $home leads there."
		home=$place
		AURORA_HOME=$home
	fi
	house_path_check
	mkdir -p "$home"
	chmod 750 "$home"
	[ "$(id -u)" != 0 ] || chown -h "$house_user:" "$home"
	sanitizer_options_find
	house_environment_set
	# shellcheck disable=SC2016
	as_house sh -e -c 'for entry; do
		[ -d "$entry" ] || mkdir "$entry"
		chmod 750 "$entry"
	done
	chmod 700 keys secrets attachments run/upload
	# A log that is of another user (a server that began as root) becomes a copy that can be written.
	for entry in log/*; do
		[ ! -f "$entry" ] || [ -O "$entry" ] || { cp "$entry" "$entry.new" && mv -f "$entry.new" "$entry"; }
	done' sh run run/upload log keys secrets bin htdocs etc etc/errors attachments
	house_environment_compare
	house_environment_keep
}

# A socket's path has 107 bytes (unix(7)).
house_path_check() {
	local longest=run/.s.PGSQL.5432 pool procs
	while read -r pool _ procs _; do
		[ ${#longest} -ge $((${#pool} + ${#procs} + 10)) ] || longest=run/$pool.sock-$procs
	done < <(services)
	[ $((${#home} + 1 + ${#longest})) -le 107 ] ||
		die "the path of the house is too long: $home/$longest has $((${#home} + 1 + ${#longest})) bytes, \
a socket's path may have 107. Set AURORA_HOME to a shorter path."
}

# One command at a time works on a house. The lock is on the directory itself: no file has to be opened for writing.
house_lock() {
	exec {house_lock_fd}<"$home"
	flock -w 120 "$house_lock_fd" || die "another aurora command is at work on $home"
}

house_unlock() {
	exec {house_lock_fd}>&-
}

# rows of httpd/services.tab without comments: pool program procs role prefixes...
services() {
	sed -E 's/#.*//; /^[[:space:]]*$/d' "$root/httpd/services.tab"
}

# The content of a file of the house, none where there is none; never one that its user could not read, nor a pipe that
# keeps us waiting.
house_read() {
	as_house timeout 5 cat -- "$1" 2>/dev/null || true
}

house_sum() {
	as_house timeout 5 sha256sum -- "$1" 2>/dev/null || true
}

# Put a file in place with owner and mode, only when it differs: install_file SOURCE TARGET MODE. Succeeds when changed.
install_file() {
	install_text "$2" "$3" <"$1"
}

# The same with the new content on standard input.
install_text() {
	local status=0
	# shellcheck disable=SC2016
	as_house sh -e -c 'umask 077
		rm -f "$1.new"
		cat >"$1.new"
		chmod "$2" "$1.new"
		if cmp -s "$1.new" "$1"; then
			rm -f "$1.new"
			exit 100
		fi
		sync "$1.new"
		mv -f "$1.new" "$1"' sh "$1" "$2" || status=$?
	case $status in
	0) return 0 ;;
	100) return 1 ;;
	*) die "$1 cannot be written" ;;
	esac
}

# Secrets of 256 bits and the first signing key, mode 600. Only a house without accounts gets new ones: what is missing
# later is lost, and another in its place would make every password wrong (pepper) or unreadable what was sealed.
secrets_make() {
	local name
	for name in pepper seal limits; do
		[ ! -s "$home/secrets/$name" ] || continue
		if [ "$name" != limits ] && accounts_there; then
			die "$home/secrets/$name is missing or empty, and there are accounts that need it: put it back from a backup"
		fi
		openssl rand -hex 32 | install_text "$home/secrets/$name" 600
	done
	[ -n "$(as_house find keys -name '*.pem' ! -name '*.pub.pem' -size +0)" ] || key_make >/dev/null
}

# Somebody has registered in the database of the house.
accounts_there() {
	[ "$(psql_do -At -c "SELECT to_regclass('identity.users') IS NOT NULL")" = t ] &&
		[ "$(psql_do -At -c 'SELECT EXISTS (SELECT FROM identity.users)')" = t ]
}

# A new ES256 key pair; prints its kid. The public half comes first, so that a private key is never without it.
key_make() {
	local kid
	kid=$(printf %08x "$(date +%s)")$(openssl rand -hex 4)
	# shellcheck disable=SC2016
	as_house sh -e -c 'umask 077
		openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.new" 2>/dev/null
		openssl pkey -in "$1.new" -pubout -out "$1.pub.new"
		mv "$1.pub.new" "$1.pub.pem"
		mv "$1.new" "$1.pem"' sh "keys/$kid" || die "no key could be made in $home/keys"
	echo "$kid"
}

# The programs of this build and the scripts that run beside them; running ones keep what they were started from.
programs_install() {
	local file name page
	for file in "$build"/bin/*; do
		name=${file##*/}
		install_file "$file" "$home/bin/$name" 755 || true
	done
	for file in cron-loop cron-run log-rotate postgres-start; do
		install_file "$here/$file" "$home/bin/$file" 755 || true
	done
	install_file "$root/cron/crontab" "$home/etc/crontab" 644 || true
	for file in "$root"/httpd/htdocs/*; do
		case $file in
		*.html)
			page=$(<"$file")
			echo "${page//@ORIGIN@/"${param_origin:-http://127.0.0.1:$param_port}"}" |
				install_text "$home/htdocs/${file##*/}" 644 || true
			;;
		*) install_file "$file" "$home/htdocs/${file##*/}" 644 || true ;;
		esac
	done
}

# "PID PROGRAM" of each process that runs a program of this house, also one whose file was replaced since.
house_processes() {
	find /proc/[0-9]*/exe -maxdepth 0 -lname "$home/bin/*" -printf '%h %l\n' 2>/dev/null |
		sed -E "s|^/proc/([0-9]+) .*/([^/ ]+)( .*)?$|\1 \2|" || true
}

# pid_of FILE WORD: the process id in a pid file, when that process is alive and WORD is in its command line.
pid_of() {
	local pid
	[ -r "$1" ] && read -r pid <"$1" 2>/dev/null || return 1
	[[ $pid =~ ^[0-9]+$ ]] && [ -r "/proc/$pid/cmdline" ] || return 1
	tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "$2" || return 1
	echo "$pid"
}

# Still there? A zombie that nobody waits for is not.
alive() {
	local stat
	read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
	[[ ${stat##*) } != Z* ]]
}

# stop_pids SECONDS SIGNAL PID...: signal them, wait, and kill what does not go.
stop_pids() {
	local seconds=$1 signal=$2 pid deadline left
	shift 2
	[ $# -gt 0 ] || return 0
	house_kill "$signal" "$@"
	deadline=$((SECONDS + seconds))
	while :; do
		left=()
		for pid; do
			if alive "$pid"; then left+=("$pid"); fi
		done
		[ ${#left[@]} -gt 0 ] || return 0
		[ $SECONDS -lt $deadline ] || break
		sleep 0.05
	done
	house_kill KILL "${left[@]}"
}

# house_kill SIGNAL PID...: as the house's user: its files say which processes, and may say any.
house_kill() {
	# shellcheck disable=SC2016
	as_house sh -c 'signal=$1; shift; kill -s "$signal" "$@"' sh "$@" 2>/dev/null || true
}

# Functions and cron programs that are left. Succeeds when there were any.
programs_stop() {
	local pids
	mapfile -t pids < <(house_processes | cut -d' ' -f1)
	[ ${#pids[@]} -gt 0 ] || return 1
	stop_pids 10 TERM "${pids[@]}"
}

# The last lines of a log, for an error.
tail_log() {
	[ ! -s "$1" ] || sed 's/^/  | /' <(as_house tail -n "${2:-10}" "$1") >&2
}
