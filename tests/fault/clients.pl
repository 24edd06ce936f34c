#!/usr/bin/perl
# clients: what tests/fault/clients.bats puts in front of a house. Each command prints one line of figures; what was not
# answered as it has to be ends it with a message and status 1.
#
#	slow PORT TOKEN COUNT            connect COUNT clients that send a byte a second, half of them of a request's head and
#	                                 half of a body; say "connected", go on until SIGTERM, print "COUNT ENDED LASTS": how
#	                                 many the server has ended, and after how many seconds the last of them
#	healthy PORT COUNT               requests of the users one after another; print their median, p99 and maximum in ms
#	pipeline PORT CONNECTIONS COUNT  requests of mixed users, many sent before the first is answered
#	malformed SOCKET COUNT           what no web server sends, COUNT times with bytes drawn at random from SEED
#	cut SOCKET STEP                  connections that end at every STEPth byte of a good request; print how many there were
#	                                 and the offset from which on the request has its whole body
#	leave PORT COUNT BYTES           ask for an export and go away after so many bytes of the answer
#
# Standard input has the users, one a line: id, access token, id of a thought of theirs.
use strict;
use warnings;
use Errno qw(EAGAIN EINTR);
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use Socket qw(SHUT_WR SOL_SOCKET SO_LINGER SOCK_STREAM);
use Time::HiRes qw(CLOCK_MONOTONIC clock_gettime);

my ($command, @arguments) = @ARGV;
my @users = map { my ($id, $token, $thought) = split; {id => $id, token => $token, thought => $thought} } <STDIN>;

$SIG{PIPE} = 'IGNORE';
$SIG{ALRM} = sub { die "no answer within the time\n" };
STDOUT->autoflush;
srand($ENV{SEED} // 1);

sub now { return clock_gettime(CLOCK_MONOTONIC) }

sub dial {
	my ($port) = @_;
	return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) // die "connect: $!\n";
}

sub http {
	my ($user, $method, $path, $body, %headers) = @_;
	my $text = "$method $path HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer $user->{token}\r\n";
	$text .= "$_: $headers{$_}\r\n" for sort keys %headers;
	$text .= "Content-Type: application/json\r\nContent-Length: " . length($body) . "\r\n" if defined $body;
	return "$text\r\n" . ($body // '');
}

# The first whole answer of a buffer, taken off it: status, head and body; nothing when it is not whole.
sub take_answer {
	my ($buffer) = @_;
	my $end = index($$buffer, "\r\n\r\n");
	return if $end < 0;
	my $head = substr($$buffer, 0, $end + 2);
	my ($status) = $head =~ m{^HTTP/1\.1 (\d{3})} or die "no answer's head: $head\n";
	my ($length) = $head =~ /^Content-Length: (\d+)\r$/mi or die "no length in: $head\n";
	return if length($$buffer) < $end + 4 + $length;
	my $body = substr($$buffer, $end + 4, $length);
	substr($$buffer, 0, $end + 4 + $length, '');
	return ($status, $head, $body);
}

# A request of USER, and what its answer has to be: a status and a pattern for its body.
sub choose {
	my ($n, $user) = @_;
	my $id = "n$$-$n";
	my $kind = int(rand(10));
	my $other = $users[int(rand(@users))];
	return (http($user, 'GET', '/users/me', undef, 'X-Request-Id' => $id), $id, 200, qr/^\{"id":"$user->{id}"/)
	    if $kind < 4;
	return (http($user, 'GET', "/api/thoughts/$user->{thought}", undef, 'X-Request-Id' => $id), $id, 200,
		qr/^\{"id":"$user->{thought}","text":"of $user->{id}"/)
	    if $kind < 8 || $other == $user;
	return (http($user, 'GET', "/api/thoughts/$other->{thought}", undef, 'X-Request-Id' => $id), $id, 404,
		qr/"code":"not_found"/)
	    if $kind < 9;
	return (http($user, 'POST', '/api/thoughts', "{\"text\":\"$id of $user->{id}\"}", 'X-Request-Id' => $id), $id, 201,
		qr/"text":"$id of $user->{id}"/);
}

sub expect {
	my ($wanted, $status, $head, $body) = @_;
	my ($id, $code, $pattern) = @$wanted;
	my ($answered) = $head =~ /^X-Request-Id: (\S+)\r$/mi;
	die "the answer to $id is that to ", $answered // 'nobody', "\n" if ($answered // '') ne $id;
	die "$id is answered with $status, not $code: $body\n" if $status != $code;
	die "$id has the answer of another: $body\n" if $body !~ $pattern;
}

sub slow {
	my ($port, $count) = @_;
	my $user = $users[0];
	my ($done, $ended, $last) = (0, 0, 0);
	my $began = now();
	my %clients;
	local $SIG{TERM} = sub { $done = 1 };
	for my $n (1 .. $count) {
		my $bytes = http($user, 'POST', '/api/thoughts', '{"text":"' . 'slow ' x 200 . '"}');
		my $socket = dial($port);
		# Half of them have sent their whole head at once.
		my $start = $n % 2 ? 1 : index($bytes, "\r\n\r\n") + 4;
		syswrite($socket, $bytes, $start) // die "send: $!\n";
		$clients{fileno $socket} = {socket => $socket, bytes => $bytes, sent => $start};
	}
	print "connected\n";
	my $select = IO::Select->new(map { $_->{socket} } values %clients);
	while (!$done && %clients) {
		my $next = now() + 1;
		for my $client (values %clients) {
			$client->{sent} += syswrite($client->{socket}, $client->{bytes}, 1, $client->{sent}) // 0;
		}
		while (!$done && (my $left = $next - now()) > 0) {
			for my $socket ($select->can_read($left)) {
				next if sysread($socket, my $answer, 65536); # 408, or a reset
				$select->remove($socket);
				delete $clients{fileno $socket};
				close $socket;
				$ended++;
				$last = now() - $began;
			}
			select(undef, undef, undef, $left) if !%clients && $left > 0;
		}
	}
	printf "%d %d %.0f\n", $count, $ended, $last;
}

sub healthy {
	my ($port, $count) = @_;
	my $socket = dial($port);
	my ($buffer, @took) = ('');
	alarm 60;
	for my $n (1 .. $count) {
		my ($bytes, @wanted) = choose($n, $users[$n % @users]);
		my $began = now();
		my @answer;
		syswrite($socket, $bytes) == length $bytes or die "send: $!\n";
		until (@answer = take_answer(\$buffer)) {
			sysread($socket, $buffer, 65536, length $buffer) or die "the connection is closed\n";
		}
		push @took, 1000 * (now() - $began);
		expect(\@wanted, @answer);
	}
	@took = sort { $a <=> $b } @took;
	printf "%.1f %.1f %.1f\n", $took[$count / 2], $took[$count * 0.99], $took[-1];
}

sub pipeline {
	my ($port, $connections, $count) = @_;
	my (@all, $most);
	my $n = 0;
	alarm 300;
	for (1 .. $connections) {
		my $socket = dial($port);
		$socket->blocking(0);
		push @all, {socket => $socket, in => '', out => '', wanted => []};
	}
	my ($answered, $total) = (0, $count);
	while ($answered < $total) {
		for my $connection (@all) {
			# A user of each request's own choice, not of the connection's.
			while ($n < $count && @{$connection->{wanted}} < 100) {
				my ($bytes, @wanted) = choose(++$n, $users[int(rand(@users))]);
				$connection->{out} .= $bytes;
				push @{$connection->{wanted}}, \@wanted;
			}
		}
		my $reading = IO::Select->new(map { $_->{socket} } @all);
		my $writing = IO::Select->new(map { $_->{socket} } grep { length $_->{out} } @all);
		IO::Select->select($reading, $writing, undef, 1);
		for my $connection (@all) {
			if (length $connection->{out}) {
				my $sent = syswrite($connection->{socket}, $connection->{out});
				substr($connection->{out}, 0, $sent, '') if $sent;
			}
			my $got = sysread($connection->{socket}, $connection->{in}, 65536, length $connection->{in});
			die "a connection is closed with ", scalar(@{$connection->{wanted}}), " requests to answer\n"
			    if defined $got && $got == 0 && @{$connection->{wanted}};
			die "read: $!\n" if !defined $got && $! != EAGAIN && $! != EINTR;
			while (my @answer = take_answer(\$connection->{in})) {
				expect(shift @{$connection->{wanted}} // die("an answer to nothing: @answer\n"), @answer);
				$answered++;
			}
		}
	}
	# Nothing comes after the last answer.
	select(undef, undef, undef, 0.2);
	for my $connection (@all) {
		my $got = sysread($connection->{socket}, my $more, 65536);
		die "more than one answer: $more\n" if $got || length $connection->{in};
	}
	print "$answered\n";
}

# FastCGI 1.0, 8: the types of records.
use constant {BEGIN_REQUEST => 1, ABORT_REQUEST => 2, END_REQUEST => 3, PARAMS => 4, STDIN_ => 5, STDOUT_ => 6, DATA => 8,
	      GET_VALUES => 9};

sub record {
	my ($type, $id, $content, %differs) = @_;
	my $padding = $differs{padding} // 0;
	return pack('CCnnCC', $differs{version} // 1, $type, $id, $differs{length} // length $content, $padding, 0) . $content .
	    "\0" x $padding;
}

sub begin { return record(BEGIN_REQUEST, $_[0], pack('nCx5', $_[1] // 1, $_[2] // 0)) }

sub pair {
	my ($name, $value) = @_;
	return join('', map { length $_ < 128 ? chr length $_ : pack('N', length($_) | 1 << 31) } $name, $value) . $name . $value;
}

sub variables {
	my ($user, $method, $path, $length) = @_;
	return pair('REQUEST_METHOD', $method) . pair('REQUEST_URI', $path) . pair('SERVER_PROTOCOL', 'HTTP/1.1') .
	    pair('REMOTE_ADDR', '127.0.0.1') . pair('HTTP_AUTHORIZATION', "Bearer $user->{token}") .
	    pair('CONTENT_TYPE', 'application/json') . pair('CONTENT_LENGTH', $length);
}

sub head {
	my ($id, $variables) = @_;
	return begin($id) . record(PARAMS, $id, $variables, padding => 3) . record(PARAMS, $id, '');
}

# A body that is JSON also without its last bytes: that they are missing has to be seen by its length.
sub body { return "{\"text\":\"$_[0]\"}" . " " x 40 }

sub post {
	my ($text, $id) = @_;
	my $body = body($text);
	return head($id // 1, variables($users[0], 'POST', '/api/thoughts', length $body)) . record(STDIN_, $id // 1, $body);
}

sub attach {
	my ($path) = @_;
	return IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => $path) // die "connect to $path: $!\n";
}

# Everything that a function says until it closes, to BYTES and nothing after them.
sub ask {
	my ($path, $bytes) = @_;
	my $socket = attach($path);
	my $answer = '';
	alarm 20;
	while (length $bytes) {
		my $sent = syswrite($socket, $bytes) or last;
		substr($bytes, 0, $sent, '');
	}
	shutdown($socket, SHUT_WR);
	1 while sysread($socket, $answer, 65536, length $answer);
	alarm 0;
	return $answer;
}

# The status and body of the answer to request ID, and how it ended: the protocol status of END_REQUEST, or nothing.
sub answer {
	my ($bytes, $id) = @_;
	my ($out, $end) = ('');
	while (length $bytes >= 8) {
		my (undef, $type, $to, $length, $padding) = unpack('CCnnC', $bytes);
		my $content = substr($bytes, 8, $length);
		die "a record is cut off\n" if length $bytes < 8 + $length + $padding;
		substr($bytes, 0, 8 + $length + $padding, '');
		next if $to != $id;
		$out .= $content if $type == STDOUT_;
		$end = unpack('x4C', $content) if $type == END_REQUEST;
	}
	my ($status) = $out =~ /^Status: (\d+)/;
	return ($status // '', $out, $end // '');
}

# The same process answers a good request: what came before is dealt with.
sub still_good {
	my ($path, $after) = @_;
	my $user = $users[0];
	my ($status, $out, $end) =
	    answer(ask($path, head(7, variables($user, 'GET', "/api/thoughts/$user->{thought}", '')) . record(STDIN_, 7, '')), 7);
	die "after $after a good request is answered with '$status': $out\n"
	    if $status ne '200' || $end ne '0' || $out !~ /"id":"$user->{thought}"/;
}

sub noise { return pack('C*', map { int(rand(256)) } 1 .. $_[0]) }

sub malformed {
	my ($path, $count) = @_;
	my $whole = post('malformed') . record(STDIN_, 1, '');
	my $body = body('malformed');
	my $head = head(1, variables($users[0], 'POST', '/api/thoughts', length $body));
	my $values = join('', map { pair($_, '') } qw(FCGI_MAX_CONNS FCGI_MAX_REQS FCGI_MPXS_CONNS));
	my %cases = (
		'nothing' => '',
		'a version of another kind' => record(BEGIN_REQUEST, 1, "\0\1" . "\0" x 6, version => 2) . substr($whole, 16),
		'a body of another version' => $head . record(STDIN_, 1, $body, version => 0) . record(STDIN_, 1, ''),
		'no beginning' => substr($whole, 16),
		'a beginning of no length' => record(BEGIN_REQUEST, 1, '') . substr($whole, 16),
		'a beginning that is too long' => record(BEGIN_REQUEST, 1, "\0\1" . "\0" x 600) . substr($whole, 16),
		'a beginning of request 0' => begin(0) . $whole,
		'an unknown role' => begin(1, 77) . substr($whole, 16),
		'types out of turn' => begin(1) . record(STDIN_, 1, $body) . substr($whole, 16),
		'an answer instead of a body' => $head . record(STDOUT_, 1, $body) . record(STDIN_, 1, ''),
		'data instead of a body' => $head . record(DATA, 1, $body) . record(DATA, 1, ''),
		'an abort before the variables' => begin(1) . record(ABORT_REQUEST, 1, '') . substr($whole, 16),
		'an abort before the body' => $head . record(ABORT_REQUEST, 1, ''),
		'an abort in the body' => $head . record(STDIN_, 1, substr($body, 0, -9)) . record(ABORT_REQUEST, 1, '') .
		    record(STDIN_, 1, substr($body, -9)) . record(STDIN_, 1, ''),
		'less content than announced' => $head . record(STDIN_, 1, substr($body, 0, -1), length => 60000),
		'more content than announced' => $head . record(STDIN_, 1, $body, length => 9) . record(STDIN_, 1, ''),
		'a body that is too short' => $head . record(STDIN_, 1, substr($body, 0, -1)) . record(STDIN_, 1, ''),
		'no body' => $head . record(STDIN_, 1, ''),
		'empty records of another request' => $head . record(STDIN_, 1, substr($body, 0, 9)) . record(STDIN_, 2, '') .
		    record(STDIN_, 1, substr($body, 9)),
		'a body in a management record' => $head . record(STDIN_, 0, $body),
		'variables in a management record' => begin(1) . record(PARAMS, 0, variables($users[0], 'POST', '/api/thoughts',
			length $body)) . record(PARAMS, 1, ''),
		'management records' => join('', map { record($_, 0, '') } 0 .. 255) x 20,
		'values that are asked for often' => record(GET_VALUES, 0, $values x 200) . begin(1),
		'values that are cut off' => record(GET_VALUES, 0, substr($values, 0, -1)),
		'a length that is cut off' => begin(1) . record(PARAMS, 1, "\x80\0") . record(PARAMS, 1, ''),
		'a name without a value' => begin(1) . record(PARAMS, 1, "\4\4NAME") . record(PARAMS, 1, ''),
		'variables that never end' => begin(1) . record(PARAMS, 1, variables($users[0], 'GET', '/', '')),
		'a target without a path' => head(1, variables($users[0], 'GET', 'x' x 20, '')) . record(STDIN_, 1, ''),
		'a length that is no number' => head(1, variables($users[0], 'POST', '/api/thoughts', '-1')) . record(STDIN_, 1, $body),
		'a length beyond all limits' => head(1, variables($users[0], 'POST', '/api/thoughts', '9' x 30)) .
		    record(STDIN_, 1, $body),
		'a hundred thousand variables' => begin(1) . record(PARAMS, 1, pair('', '') x 30000) x 4 . record(PARAMS, 1, ''),
	);
	for my $name (0x7fffffff, 0x7ffffffe, 0x40000000, 0x1000000, 5) {
		for my $value (0x7fffffff, 0x7ffffffe, 0x40000000, 0x1000000) {
			$cases{"lengths of $name and $value"} =
			    begin(1) . record(PARAMS, 1, pack('NN', $name | 1 << 31, $value | 1 << 31) . 'HTTP_') . record(PARAMS, 1, '');
		}
	}
	for my $name (sort keys %cases) {
		ask($path, $cases{$name});
		still_good($path, $name);
	}

	# Two requests at once on one connection: the second is refused (FastCGI 1.0, 5.5), or the connection is.
	my $me = head(1, variables($users[0], 'GET', "/api/thoughts/$users[0]{thought}", ''));
	my ($status, $out, $end) = answer(ask($path, substr($me, 0, 16) . begin(2) . substr($me, 16) . record(STDIN_, 1, '')), 1);
	die "a request beside another is answered with $status: $out\n" if $status ne '' && $out !~ /"id":"$users[0]{thought}"/;
	still_good($path, 'two requests at once');

	# More than CONTENT_LENGTH says is not read (RFC 3875, 4.2).
	($status, $out) = answer(ask($path, post('longer') . record(STDIN_, 1, '}' x 60000) . record(STDIN_, 1, '')), 1);
	die "a body with more behind it is answered with $status: $out\n" if $status ne '201';
	still_good($path, 'a body that is too long');

	for my $n (1 .. $count) {
		my $bytes = $whole;
		my $way = int(rand(4));
		if ($way == 0) {
			$bytes = noise(int(rand(2000)));
		} elsif ($way == 1) {
			$bytes = join('', map { record(int(rand(12)), int(rand(3)), noise(int(rand(300))), padding => int(rand(256))) }
				1 .. 1 + rand(20));
		} elsif ($way == 2) {
			$bytes = begin(1) . join('', map { record(PARAMS, 1, noise(int(rand(300)))) } 1 .. 3) . record(PARAMS, 1, '') .
			    record(STDIN_, 1, noise(int(rand(1000)))) . record(STDIN_, 1, '');
		} else {
			# This one may still be good.
			$bytes = post('mutated') . record(STDIN_, 1, '');
			substr($bytes, int(rand(length $bytes)), 1, noise(1)) for 1 .. 1 + rand(4);
		}
		ask($path, $bytes);
		still_good($path, "noise $n of seed " . ($ENV{SEED} // 1)) if $n % 10 == 0;
	}
	still_good($path, 'everything');
	print scalar(keys %cases) + 2 + $count, "\n";
}

sub cut {
	my ($path, $step) = @_;
	my $text = 'cut at 00000';
	my $whole = post($text) . record(STDIN_, 1, '');
	my $connections = 0;
	for (my $at = 0; $at < length $whole; $at += $step) {
		my $bytes = $whole;
		my $stamp = sprintf 'cut at %05d', $at;
		$bytes =~ s/$text/$stamp/;
		my $socket = attach($path);
		syswrite($socket, $bytes, $at) if $at;
		close $socket;
		$connections++;
	}
	still_good($path, 'connections that were cut');
	print "$connections ", length($whole) - 8, "\n";
}

sub leave {
	my ($port, $count, $limit) = @_;
	alarm 60;
	for my $n (1 .. $count) {
		my $socket = dial($port);
		# A small window, so that the answer waits for its reader.
		syswrite($socket, http($users[0], 'GET', '/api/thoughts/export?format=ndjson'));
		my $got = 0;
		while ($got < $limit) {
			my $part = sysread($socket, my $bytes, $limit - $got > 65536 ? 65536 : $limit - $got) or die "the export ended\n";
			$got += $part;
		}
		# Half of them with a reset.
		setsockopt($socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0)) if $n % 2;
		close $socket;
	}
	print "$count\n";
}

my %commands = (slow => \&slow, healthy => \&healthy, pipeline => \&pipeline, malformed => \&malformed, cut => \&cut,
		leave => \&leave);
($commands{$command // ''} // die "there is no command of this name\n")->(@arguments);
