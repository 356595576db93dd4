#!/usr/bin/perl
# See run.
use strict;
use warnings;
use Leadsheet;
use Load;
use Time::HiRes qw(time);

my $seconds = 5;
my $home = home();
start_workers($home, 4);
my %port = start_nginx($home);
my $out = load($home, $port{https}, 20000 * $seconds, $seconds);
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
