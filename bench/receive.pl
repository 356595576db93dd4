#!/usr/bin/perl
# See run.
use strict;
use warnings;
use Leadsheet;
use Time::HiRes qw(time);

my ($seconds) = @ARGV;
my $home = home();
start_workers($home, 4);
my %port = start_nginx($home);

# wrk sends what this file has, signed beforehand, each once.
my $file = "$home/.bodies";
spew($file, join '', map { sign($_) . "\t$_\n" }
    deliveries(5, 20000 * $seconds, 1));
spew("$home/.wrk.lua", <<"END");
local lines, n, threads = {}, 0, 0
for l in io.lines("$file") do lines[#lines + 1] = l end
function setup(thread) thread:set("first", threads); threads = threads + 1 end
function request()
    n = n + 1
    local l = lines[(n - 1) * 2 + first + 1]
    if l == nil then wrk.thread:stop(); l = lines[1] end
    local signature, body = l:match("^(%x+)\\t(.*)\$")
    return wrk.format("POST", "/main",
        {["X-Webhook-Signature"] = signature}, body)
end
END
my $out = `wrk -t2 -c32 -d${seconds}s --latency -s $home/.wrk.lua \\
    http://127.0.0.1:$port{https}/`;
die "wrk: $out" if $out =~ /Non-2xx|Socket errors/ || $?;
my ($rate) = $out =~ m{Requests/sec: +([\d.]+)};
my ($sent) = $out =~ /(\d+) requests in/;
my ($median, $late) = map { $out =~ /$_% +(\S+)/ } 50, 99;

my $rows = read_csv(sheets($home)->[0]);
my %ids;
$ids{$_->{delivery_id}}++ for @$rows;
die "a delivery stands twice\n" if grep { $_ != 1 } values %ids;
die "200 was said $sent times, there are " . @$rows . " rows\n"
    if @$rows < $sent;
printf "nginx + FastCGI, 4 workers, 32 connections: %.0f durable deliveries "
    . "a second (median %s, 99%% %s; %d rows, each once)\n", $rate, $median,
    $late, scalar @$rows;

# One CGI request after the other, started by a shell, as a web server would
# start it; and /bin/true in its place, for what starting a program costs.
my $cgi = home();
my $n = 0;
for my $body (deliveries(9, 500, 1)) {
    spew("$cgi/.body$n", $body);
    spew("$cgi/.signature$n", sign($body));
    $n++;
}
my $loop = sub {
    my ($program) = @_;
    my $start = time;
    system('sh', '-c', <<'END', 'sh', $cgi, $program, $n) == 0 or die "sh\n";
export LEADSHEET_HOME=$1 GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=POST
export HTTPS=on PATH_INFO=/main HTTP_X_WEBHOOK_SIGNATURE
i=0
while [ $i -lt $3 ]; do
	read -r HTTP_X_WEBHOOK_SIGNATURE <"$1/.signature$i" || :
	"$2" <"$1/.body$i" >/dev/null 2>&1
	i=$((i + 1))
done
END
    return 1000 * (time - $start) / $n;
};
my $each = $loop->(program());
die "not every CGI request was kept\n"
    if @{read_csv(sheets($cgi)->[0])} != $n;
printf "plain CGI: %.1f ms a request, one after the other; /bin/true in its "
    . "place: %.1f ms\n", $each, $loop->('/bin/true');
