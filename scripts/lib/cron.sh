# shellcheck shell=bash disable=SC2034,SC2154 # the parts of scripts/aurora share their variables
# cron.sh: who starts the cron programs: the machine's cron, or a loop of our own over the same crontab.

cron_begin="# >>> aurora"
cron_end="# <<< aurora"

# crontab(1) of the user of the house.
cron_tab() {
	if [ "$(id -u)" = 0 ]; then crontab -u "$house_user" "$@"; else crontab "$@"; fi
}

# The machine's crontab of that user without the lines of this house.
cron_tab_others() {
	{ cron_tab -l 2>/dev/null || true; } | awk -v b="$cron_begin $home" -v e="$cron_end $home" '
		$0 == b { skip = 1 }
		!skip { print }
		$0 == e { skip = 0 }'
}

cron_installed() {
	command -v crontab >/dev/null && cron_tab -l 2>/dev/null | grep -qxF "$cron_begin $home"
}

cron_install() {
	local tab
	tab=$({
		cron_tab_others
		echo "$cron_begin $home"
		sed -E "/^#|^[[:space:]]*\$/d; s|^(([^[:space:]]+[[:space:]]+){5})|\1$home/bin/cron-run |" <(house_read "$home/etc/crontab")
		echo "$cron_end $home"
	})
	[ "$tab" = "$(cron_tab -l 2>/dev/null)" ] || cron_tab - <<<"$tab"
}

cron_uninstall() {
	local tab
	cron_installed || return 1
	tab=$(cron_tab_others)
	cron_tab - < <(printf %s "${tab:+$tab$'\n'}")
}

cron_machine() {
	command -v crontab >/dev/null && pidof cron crond >/dev/null 2>&1
}

cron_loop_pid() {
	pid_of "$home/run/cron-loop.pid" "$home/bin/cron-loop"
}

# The cron programs that run now.
cron_jobs() {
	house_processes | awk 'NR == FNR { if (!/^#/ && NF > 5) wanted[$6]; next } $2 in wanted { print }' \
		<(house_read "$home/etc/crontab") -
}

cron_state() {
	local file
	for file in run/environment etc/crontab aurora.conf; do house_read "$home/$file"; done
	for file in cron-loop cron-run $(house_read "$home/etc/crontab" | awk '!/^#/ && NF > 5 { print $6 }'); do
		house_sum "$home/bin/$file"
	done
}

# What log-rotate does. A log is copied and emptied, for who writes it appends and keeps it open; what comes in the instant
# between the two is lost.
log_rotation_configure() {
	install_text "$home/etc/logrotate.conf" 600 <<END || true
# Made by \`aurora up\`.
"$home/log/*.log" {
	daily
	maxsize 16M
	rotate 14
	copytruncate
	compress
	missingok
	notifempty
	nomail
}
END
}

cron_start() {
	local state way
	log_rotation_configure
	way=$param_cron
	if [ "$way" = auto ]; then
		if cron_machine && cron_install 2>/dev/null; then way=machine; else way=loop; fi
	fi
	state="$way $(cron_state | sha256sum)"
	if [ "$state" = "$(house_read "$home/run/cron.state")" ]; then
		case $way in
		loop) ! cron_loop_pid >/dev/null || return 0 ;;
		*) return 0 ;;
		esac
	fi
	if [ "$way" = machine ]; then
		cron_loop_stop || true
		cron_jobs_stop
		# What is left of this minute is not waited for.
		as_house "$home/bin/cron-loop" --once
	else
		cron_stop || true
		[ "$way" = off ] || cron_loop_start
	fi
	install_text "$home/run/cron.state" 640 <<<"$state" || true
}

cron_loop_start() {
	local try
	as_house setsid --fork "$home/bin/cron-loop"
	for ((try = 0; try < 100; try++)); do
		! cron_loop_pid >/dev/null || return 0
		sleep 0.02
	done
	tail_log "$home/log/cron.log"
	die "the loop over the cron programs does not start; its log is $home/log/cron.log"
}

cron_loop_stop() {
	local pid
	pid=$(cron_loop_pid) || return 1
	stop_pids 15 TERM "$pid"
	as_house rm -f "$home/run/cron-loop.pid"
}

cron_jobs_stop() {
	local pids
	mapfile -t pids < <(cron_jobs | cut -d' ' -f1)
	stop_pids 10 TERM "${pids[@]}"
}

# Succeeds when there was something to stop.
cron_stop() {
	local stopped=1
	cron_uninstall && stopped=0
	cron_loop_stop && stopped=0
	[ ! -e "$home/etc/crontab" ] || cron_jobs_stop
	as_house rm -f "$home/run/cron.state"
	return $stopped
}
