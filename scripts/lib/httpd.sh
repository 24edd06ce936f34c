# shellcheck shell=bash disable=SC2034,SC2154 # the parts of scripts/aurora share their variables
# httpd.sh: the web server of a house, its configuration made from httpd/services.tab, its start, reload and stop.

# Prefixes as one regular expression: whole path segments, with or without /v1.
services_pattern() {
	local prefix pattern=
	for prefix; do pattern+=${pattern:+|}${prefix//./\\.}; done
	echo "^(/v1)?($pattern)(/|\$)"
}

# fill TEMPLATE: @NAME@ becomes the value of fill_NAME.
fill() {
	local text name
	text=$(<"$1")
	for name in "${!fill_@}"; do
		text=${text//"@${name#fill_}@"/"${!name}"}
	done
	echo "$text"
}

# Statuses and texts of problems.def: "STATUS CODE TITLE", the first of each status.
problems() {
	sed -nE 's/^PROBLEM\([A-Z_]+, ([0-9]+), "([^"]*)", "([^"]*)"\)$/\1 \2 \3/p' "$root/shared/http/problems.def" |
		awk '!seen[$1]++'
}

# Everything that the templates need.
fill_values() {
	local limit pool program procs prefixes pattern relative pair proxy status environment='' nl=$'\n'
	fill_HOME=$home
	fill_PORT=$param_port
	fill_BODY_BYTES=$param_body_limit
	fill_BODY_KIB=$(((param_body_limit + 1023) / 1024))
	fill_LARGE_KIB=$((fill_BODY_KIB > 4096 ? fill_BODY_KIB : 4096))
	fill_IMPORT_BYTES=$((param_import_limit > param_body_limit ? param_import_limit : param_body_limit))
	fill_IMPORT_KIB=$(((fill_IMPORT_BYTES + 1023) / 1024))
	fill_ATTACHMENT_KIB=$(((param_attachment_limit + 1023) / 1024))
	fill_LARGEST_BYTES=$((fill_IMPORT_BYTES > param_attachment_limit ? fill_IMPORT_BYTES : param_attachment_limit))
	fill_BEYOND_BYTES=$((fill_LARGEST_BYTES + 1048576)) # by what it is refused before mod_fcgid looks
	fill_MODULES=/usr/lib/apache2/modules
	fill_PROXIES='' fill_REMOTE_IP='' fill_POOLS='' fill_PREFIXES='' fill_ALIASES='' fill_COMMANDS='' fill_RULES='' fill_PROGRAMS=''
	fill_ERROR_TYPES='' fill_ERROR_DOCUMENTS='' fill_BODY_LIMITS=''
	for proxy in $param_trusted_proxies; do
		fill_PROXIES+="${fill_PROXIES:+, }\"$proxy\" => \"trust\""
	done
	if [ -n "$fill_PROXIES" ]; then
		fill_PROXIES="extforward.forwarder = ($fill_PROXIES)"
		fill_PROXIES="server.modules += (\"mod_extforward\")${nl}extforward.headers = (\"X-Forwarded-For\")$nl$fill_PROXIES"
		fill_REMOTE_IP="LoadModule remoteip_module \"$fill_MODULES/mod_remoteip.so\"$nl"
		fill_REMOTE_IP+="RemoteIPHeader X-Forwarded-For${nl}RemoteIPInternalProxy $param_trusted_proxies"
	fi
	while read -r limit pattern; do
		fill_BODY_LIMITS+="${fill_BODY_LIMITS:+$nl}SetEnvIf Request_URI \"$pattern\" body_limit=$limit
<LocationMatch \"$pattern\">
	LimitRequestBody $limit
</LocationMatch>"
	done <<END
$((fill_LARGE_KIB * 1024)) ^(/v1)?/api/journals/[^/]+(/[^/]+(/[^/]+)?)?$
$fill_IMPORT_BYTES ^(/v1)?/api/.*/import$
$param_attachment_limit ^(/v1)?/api/journals/.*/attachments$
END
	for pair in "${house_environment[@]}"; do
		pair=${pair//\\/\\\\}
		environment+=" InitialEnv \"${pair//\"/\\\"}\""
	done
	while read -r pool program procs _ prefixes; do
		# shellcheck disable=SC2086 # a list of words
		pattern=$(services_pattern $prefixes)
		relative="^(v1/)?(${pattern#*\(/v1)\?\(/}" # below a directory, paths have no slash in front
		fill_POOLS+="${fill_POOLS:+ else }\$HTTP[\"url\"] =~ \"$pattern\" {
	fastcgi.server = (\"/\" => ((
		\"socket\" => \"$home/run/$pool.sock\",
		\"bin-path\" => \"$home/bin/$program\",
		\"max-procs\" => $procs,
		\"check-local\" => \"disable\",
		\"x-sendfile\" => \"enable\",
		\"x-sendfile-docroot\" => (\"$home/attachments\")
	)))
}"
		fill_ALIASES+="${fill_ALIASES:+$nl}ScriptAliasMatch \"$pattern\" \"$home/bin/$pool\""
		fill_COMMANDS+="${fill_COMMANDS:+$nl}FcgidCmdOptions \"$home/bin/$pool\" MaxProcesses $procs MinProcesses 1 ConnectTimeout 5 IOTimeout 120"
		fill_COMMANDS+=$environment
		fill_RULES+="${fill_RULES:+$nl}RewriteRule \"${relative//|\//|}\" \"cgi-bin/$program\" [END]"
		# shellcheck disable=SC2086 # a list of words
		[ "$pool" = refusal ] || fill_PREFIXES+=$(printf '"%s", ' $prefixes)
		[[ "|$fill_PROGRAMS|" == *"|$program|"* ]] || fill_PROGRAMS+="${fill_PROGRAMS:+|}$program"
	done < <(services)
	while read -r status _; do
		fill_ERROR_TYPES+="${fill_ERROR_TYPES:+$nl}	\"problem-$status.html\" => \"application/problem+json\","
		fill_ERROR_DOCUMENTS+="${fill_ERROR_DOCUMENTS:+$nl}ErrorDocument $status "
		# When a function has failed, another may as well: then a file answers.
		case $status in
		50[0-4]) fill_ERROR_DOCUMENTS+="/.problem/problem-$status.html" ;;
		*) fill_ERROR_DOCUMENTS+=/refused ;;
		esac
	done < <(problems)
}

# A file per status with the problem as JSON, for what the server answers itself.
error_files_make() {
	local status code title
	# shellcheck disable=SC2016
	while read -r status code title; do
		printf '%s {"type":"about:blank","title":"%s","status":%s,"detail":"%s","code":"%s"}\n' \
			"$status" "$title" "$status" "$title" "$code"
	done < <(problems) | as_house sh -e -c 'umask 022
		rm -rf etc/errors.new
		mkdir etc/errors.new
		while read -r status text; do
			printf "%s\n" "$text" >"etc/errors.new/problem-$status.html"
		done
		if ! diff -r etc/errors.new etc/errors >/dev/null; then
			sync etc/errors.new/*
			mv -f etc/errors.new/* etc/errors/
		fi
		rm -rf etc/errors.new' || die "$home/etc/errors cannot be written"
}

# The other server, too, is configured, so that a switch needs nothing else.
httpd_configure() {
	local pool program
	error_files_make
	fill_values
	fill "$root/httpd/lighttpd.conf.in" | install_text "$home/etc/lighttpd.conf" 640 || true
	fill "$root/httpd/post.lua.in" | install_text "$home/etc/post.lua" 644 || true
	fill "$root/httpd/apache.conf.in" | install_text "$home/etc/apache.conf" 640 || true
	fill "$root/httpd/htaccess" | install_text "$home/etc/htaccess" 644 || true
	# mod_fcgid knows a pool by the path of its program.
	while read -r pool program _; do
		[ "$pool" = "$program" ] || as_house ln -sfn "$program" "$home/bin/$pool"
	done < <(services)
}

command_htaccess() {
	help_wanted htaccess "$@" <<'END'
usage: aurora htaccess

Prints the .htaccess that serves this house as plain CGI: put it into the document root of a shared host, and the programs
of build/release/bin into cgi-bin/ below it.
END
	house_open
	cat "$home/etc/htaccess"
}

# The server that runs ("lighttpd PID"), if one does.
httpd_running() {
	local pid
	if pid=$(pid_of "$home/run/lighttpd.pid" "$home/etc/lighttpd.conf"); then
		echo "lighttpd $pid"
	elif pid=$(pid_of "$home/run/apache.pid" "$home/etc/apache.conf"); then
		echo "apache $pid"
	else
		return 1
	fi
}

# What a running server was started with, as two checksums: of what it can only take when it starts, and of what it can
# read anew.
httpd_state() {
	local program
	{
		echo "$param_port"
		house_read "$home/run/environment"
	} | sha256sum
	{
		house_read "$home/aurora.conf"
		while read -r program; do house_sum "$home/bin/$program"; done < <(services | awk '{ print $2 }' | sort -u)
		house_read "$home/etc/$httpd.conf"
	} | sha256sum
}

# That no other process listens on the port; before anything is changed. (proc(5): in /proc/net/tcp 0A is the state of who
# listens, the tenth field the socket's inode.)
port_check() {
	local inode pid=none
	inode=$(awk -v port="$(printf ':%04X$' "$param_port")" '$2 ~ port && $4 == "0A" { print $10; exit }' /proc/net/tcp)
	[ -n "$inode" ] || return 0
	read -r _ pid < <(httpd_running) || true
	[ -n "$(find "/proc/$pid/fd" -lname "socket:\\[$inode\\]" 2>/dev/null)" ] ||
		die "port $param_port is taken: set AURORA_PORT to another, or stop what listens there"
}

httpd_start() {
	local kind='' pid='' state was=''
	httpd_configure
	state=$(httpd_state)
	read -r kind pid < <(httpd_running) || true
	if [ "$kind" = "$httpd" ]; then was=$(house_read "$home/run/httpd.state"); fi
	if [ "$state" = "$was" ]; then return; fi
	if [ "$kind" = lighttpd ] && [ "${state%%$'\n'*}" = "${was%%$'\n'*}" ] && [ "$param_port" -ge 1024 ] &&
		httpd_reload "$pid"; then
		say "Restarted the functions for what has changed"
	else
		if [ -n "$pid" ]; then
			say "Restarting the web server for what has changed"
			httpd_stop || true
		fi
		functions_stop
		"httpd_start_$httpd"
	fi
	install_text "$home/run/httpd.state" 640 <<<"$state" || true
}

# lighttpd answers what it has, then reads its configuration and starts the functions anew; nobody is refused meanwhile.
# Fails when that takes too long.
httpd_reload() {
	local before now try
	before=$(functions_running)
	house_kill USR1 "$1"
	for ((try = 0; try < 100; try++)); do
		sleep 0.1
		now=$(functions_running)
		[ -z "$(comm -12 <(sort <<<"$before") <(sort <<<"$now"))" ] && [ -n "$now" ] && return 0
	done
	return 1
}

# Process ids of the functions.
functions_running() {
	house_processes | awk 'NR == FNR { wanted[$2]; next } $2 in wanted { print $1 }' <(services) -
}

# Functions whose web server was killed would go on listening to its sockets.
functions_stop() {
	local pids
	mapfile -t pids < <(functions_running)
	stop_pids 10 TERM "${pids[@]}"
}

# httpd_launch LOG COMMAND...: run a server as the house. When the port asks for root and root is there, it gets the right
# to bind one, and no other: its configuration belongs to the house. To be called in a subshell.
httpd_launch() {
	ulimit -n "$(ulimit -Hn)" 2>/dev/null || true
	ulimit -c 0
	if [ "$param_port" -lt 1024 ] && [ "$(id -u)" = 0 ]; then
		as_house_words+=(--inh-caps=+net_bind_service --ambient-caps=+net_bind_service)
	fi
	as_house_logged "$@"
}

httpd_start_lighttpd() {
	local log=$home/log/lighttpd.start
	(httpd_launch "$log" lighttpd -f "$home/etc/lighttpd.conf" </dev/null) || httpd_failed "$log"
}

httpd_start_apache() {
	local log=$home/log/apache.start
	[ -e "$fill_MODULES/mod_fcgid.so" ] || die "Apache with mod_fcgid is not installed: run scripts/deps test"
	as_house mkdir -p "$home/run/fcgid"
	(httpd_launch "$log" apache2 -f "$home/etc/apache.conf" -k start </dev/null) || httpd_failed "$log"
}

httpd_failed() {
	tail_log "$1"
	if grep -qi 'address already in use' "$1"; then
		die "port $param_port is taken: set AURORA_PORT to another, or stop what listens there"
	elif grep -qi 'permission denied' "$1" && [ "$param_port" -lt 1024 ]; then
		die "port $param_port is for root: set AURORA_PORT to one from 1024"
	fi
	tail_log "$home/log/$httpd.log"
	die "the web server does not start"
}

# Requests that are being answered are finished. Succeeds when there was something to stop.
# Apache's processes, also those whose parent has gone.
apache_pids() {
	local file
	while read -r file; do
		file=${file%/cmdline}
		[[ $(readlink "$file/exe" 2>/dev/null) != */apache2 ]] || echo "${file#/proc/}"
	done < <(grep -lsF -- "$home/etc/apache.conf" /proc/[0-9]*/cmdline)
}

httpd_stop() {
	local kind pid left
	read -r kind pid < <(httpd_running) || return 1
	case $kind in
	lighttpd) stop_pids 10 INT "$pid" ;;
	apache)
		stop_pids 10 WINCH "$pid"
		# A parent that had to be killed takes nobody along.
		readarray -t left < <(apache_pids)
		[ ${#left[@]} = 0 ] || house_kill KILL "${left[@]}"
		;;
	esac
	as_house rm -f "$home/run/httpd.state"
	functions_stop
}

# Until every pool answers by itself, or a reason why one does not.
wait_healthy() {
	local pool prefix deadline=$((SECONDS + 20)) answer program
	while read -r pool program _ _ prefix _; do
		while :; do
			answer=$(curl -s -o /dev/null -m 10 -w '%{http_code}' "http://127.0.0.1:$param_port$prefix" || true)
			case $answer in
			2?? | 3?? | 4??) break ;;
			esac
			if [ $SECONDS -ge $deadline ]; then
				tail_log "$home/log/stderr.log" 5
				tail_log "$home/log/$program.log" 5
				tail_log "$home/log/$httpd.log" 5
				die "$pool does not answer properly ($answer at $prefix); the logs are in $home/log"
			fi
			sleep 0.1
		done
	done < <(services)
	# What a request without a token does not show: keys, secrets, the database as that role.
	while read -r program; do
		if ! as_house_logged "$home/run/check" "$home/bin/$program" --check; then
			tail_log "$home/run/check"
			die "$program does not find everything it needs; the logs are in $home/log"
		fi
	done < <(services | awk '{ print $2 }' | sort -u)
}
