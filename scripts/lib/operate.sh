# shellcheck shell=bash disable=SC2034,SC2154 # the parts of scripts/aurora share their variables
# operate.sh: what an operator asks a running house, and changes in it.

command_status() {
	help_wanted status "$@" <<'END'
usage: aurora status

Each part of the house, whether it runs, and how far the consumers of events are. The exit status is 0 when everything
that should run does, else 3.
END
	[ $# = 0 ] || die "status: takes no arguments"
	house_open
	local well=0 kind='' pid='' pool program count row='%-14s %-9s %s\n'
	printf '%s\n' "House in $home, as user $house_user"
	# shellcheck disable=SC2059
	{
		if [ -n "$param_database" ]; then
			printf "$row" database elsewhere "as the parameter database says"
		elif pid=$(cluster_pid); then
			printf "$row" postgresql running "pid $pid, socket in $home/run"
		else
			printf "$row" postgresql stopped "log in $home/log/postgres.log"
			well=3
		fi
		if read -r kind pid < <(httpd_running); then
			printf "$row" "$kind" running "pid $pid, http://127.0.0.1:$param_port"
		else
			printf "$row" "web server" stopped "port $param_port"
			well=3
		fi
		while read -r program count; do
			if [ "$count" -gt 0 ]; then
				printf "$row" "$program" running "$count processes"
			else
				printf "$row" "$program" stopped -
				well=3
			fi
		done < <(functions_count)
		if cron_installed; then
			printf "$row" cron running "the machine's cron"
		elif pid=$(cron_loop_pid); then
			printf "$row" cron running "a loop of its own, pid $pid"
		elif [ "$param_cron" = off ]; then
			printf "$row" cron off "by parameter"
		else
			printf "$row" cron stopped -
			well=3
		fi
		while read -r pid program; do
			printf "$row" "$program" running "pid $pid"
		done < <(cron_jobs)
	}
	if [ -n "$param_database" ] || cluster_pid >/dev/null; then
		echo
		bus_table
	fi
	return $well
}

# "PROGRAM PROCESSES" for each program of the services.
functions_count() {
	awk 'NR == FNR { if (!($2 in count)) { count[$2] = 0; order[++n] = $2 } next }
		$2 in count { count[$2]++ }
		END { for (i = 1; i <= n; i++) print order[i], count[order[i]] }' <(services) <(house_processes)
}

bus_table() {
	psql_do -q -P footer=off -P null=- -P border=0 -c "
		SELECT consumer, pending, round(oldest_seconds::numeric, 1) AS oldest_s, round(last_ok_seconds::numeric, 1) AS last_ok_s,
		       parked, dead, applied, last_error
		FROM bus.status()"
}

command_bus() {
	help_wanted bus "$@" <<'END'
usage: aurora bus status
       aurora bus parked
       aurora bus replay CONSUMER ID
       aurora bus drop CONSUMER ID

status: for each consumer the events it has not applied, the age of the oldest one in seconds, how long ago it last had
nothing to complain of, and how many events it has put aside (parked) or given up (dead).
parked: those events with their errors; each waits with the later ones of its aggregate.
replay: try one again now. drop: give it up for good; what waits behind it goes on.
END
	local word=${1:-status} found
	[ $# = 0 ] || shift
	house_open
	case $word in
	status)
		bus_table
		# shellcheck disable=SC2016
		psql_do -q -At -c "SELECT format('%s partitions in all; notification queue %s %% full', count(*),
			round((100 * pg_notification_queue_usage())::numeric, 2))
			FROM pg_inherits WHERE inhparent = 'bus.events'::regclass"
		;;
	parked)
		# By gexec, which takes what the server says for SQL alone: psql itself would run commands that it begins with.
		psql_do -q -P footer=off -P null=- -P border=0 -f - <<'END'
SELECT string_agg(format('SELECT %L AS consumer, event_id AS id, event->>''type'' AS type, aggregate_id, attempts,
	CASE WHEN dead_at IS NULL THEN date_trunc(''second'', next_try_at) END AS next_try,
	date_trunc(''second'', dead_at) AS dead_since, error FROM %I.bus_parked', name, name), ' UNION ALL ') || ' ORDER BY 1, 2'
FROM bus.consumers \gexec
END
		;;
	replay | drop)
		[[ $# = 2 && $2 =~ ^[0-9]+$ ]] || die "bus $word: takes the consumer's name and the event's id, a number"
		[ "$word" = replay ] || word=discard
		found=$(psql_do -q -At -v consumer="$1" -v id="$2" -f - <<END
SELECT CASE WHEN EXISTS (SELECT FROM bus.consumers WHERE name = :'consumer') THEN bus.$word(:'consumer', :id) END;
END
		)
		case $found in
		t) if [ "$word" = replay ]; then say "Event $2 will be tried again."; else say "Event $2 was given up."; fi ;;
		f) die "event $2 is not among the parked events of $1: see aurora bus parked" ;;
		*) die "there is no consumer '$1': see aurora bus status" ;;
		esac
		;;
	*) die "bus: '$word' is none of status, parked, replay, drop" ;;
	esac
}

command_mail() {
	help_wanted mail "$@" <<'END'
usage: aurora mail [--json]

The mails that were asked for (to verify an address, to reset a password), newest last: when, what, to whom, and the link.
They are events addressed to notifications. --json: one object a line.
END
	local sql="SELECT at, type, payload->>'email' AS \"to\", payload->>'link' AS link FROM bus.events
		WHERE audience = 'notifications' AND payload <> '{}' ORDER BY id"
	house_open
	case ${1:-} in
	--json) psql_do -q -At -c "SELECT row_to_json(m) FROM ($sql) m" ;;
	"") psql_do -q -At -F '  ' -c "SELECT to_char(at, 'YYYY-MM-DD HH24:MI:SS'), type, \"to\", E'\n  ' || link FROM ($sql) m" ;;
	*) die "mail: '$1' is not one of its options; see aurora mail --help" ;;
	esac
}

command_user() {
	help_wanted user "$@" <<'END'
usage: aurora user list

The accounts: id, address, when made.
END
	[ "${1:-list}" = list ] || die "user: '$1' is not one of its words; see aurora user --help"
	house_open
	psql_do -q -P footer=off -P null=- -P border=0 \
		-c "SELECT id, email, date_trunc('second', created_at) AS created_at FROM identity.users ORDER BY id"
}

command_keys() {
	help_wanted keys "$@" <<'END'
usage: aurora keys list
       aurora keys rotate

list: the key pairs that access tokens are signed with, oldest first; the last one signs.
rotate: make a new pair, which signs from now on. Older public keys stay until no token of theirs is good any more, so
nobody is logged out. Identity also does this by itself after `key_days`.
END
	local file kid
	house_open
	case ${1:-list} in
	list)
		for file in "$home"/keys/*.pub.pem; do
			[ -e "$file" ] || die "there are no keys in $home/keys: aurora up makes one"
			kid=${file##*/}
			kid=${kid%.pub.pem}
			printf '%s  %s  %s\n' "$kid" "$(date -u -d "@$((16#${kid:0:8}))" +%Y-%m-%dT%H:%M:%SZ)" \
				"$([ -e "${file%.pub.pem}.pem" ] && echo private+public || echo public)"
		done
		;;
	rotate)
		kid=$(key_make)
		say "Access tokens are signed with $kid from now on."
		;;
	*) die "keys: '$1' is none of list, rotate" ;;
	esac
}

command_params() {
	help_wanted params "$@" <<'END'
usage: aurora params [--json]

Every parameter with its value, its default, what is allowed and what it means. Set one as AURORA_<NAME> in the environment
of `aurora up`, or as `name = value` in aurora.conf in the house; the environment wins.
END
	local program
	program=$(parameters_program) || exit 1
	[ ! -d "$home/run" ] || house_open
	case ${1:-} in
	"") "$program" --table ;;
	--json) "$program" --json ;;
	*) die "params: '$1' is not one of its options; see aurora params --help" ;;
	esac
}

command_logs() {
	help_wanted logs "$@" <<'END'
usage: aurora logs [-f] [NAME...]

The newest lines of every log of the house, or of some (identity, thoughts, journals, planning, search, reminders, sweep, postgres, lighttpd, ...).
-f: and then each line as it is written.
END
	local follow=() file files=()
	if [ "${1:-}" = -f ]; then
		follow=(-F)
		shift
	fi
	house_open
	for file; do
		[ -e "$home/log/$file.log" ] || die "there is no log '$file'; there are: $(cd "$home/log" && echo *.log | sed 's/\.log//g')"
		files+=("$home/log/$file.log")
	done
	if [ $# = 0 ]; then
		for file in "$home"/log/*.log; do
			[ ! -s "$file" ] || files+=("$file")
		done
	fi
	[ ${#files[@]} -gt 0 ] || die "nothing is logged yet"
	exec tail -n 20 "${follow[@]}" "${files[@]}"
}
