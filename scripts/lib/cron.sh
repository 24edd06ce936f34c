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

# What log-rotate does. Files are renamed, which loses nothing: our programs go on in a new file within a second
# (shared/util/log.h), the loop over the cron programs within a minute, lighttpd at once when it is told to. Until then they
# write to the renamed one, which is therefore compressed a rotation later. PostgreSQL, which has no logging collector here,
# Apache, and what a function says on standard error cannot begin a new file without a restart: theirs are copied and
# emptied, and what comes in the instant between the two is lost.
log_rotation_configure() {
	install_text "$home/etc/logrotate.conf" 600 <<END || true
# Made by \`aurora up\`.
daily
maxsize 16M
rotate 14
compress
missingok
notifempty
nomail
ignoreduplicates
"$home/log/apache.log" "$home/log/postgres.log" "$home/log/stderr.log" {
	copytruncate
}
"$home/log/lighttpd.log" {
	delaycompress
	postrotate
		pid=\$(cat '$home/run/lighttpd.pid') && grep -qF '$home/etc/lighttpd.conf' "/proc/\$pid/cmdline" && kill -HUP "\$pid" || true
	endscript
}
"$home/log/*.log" {
	delaycompress
	postrotate
		umask 027 && : >>"\$1"
	endscript
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
