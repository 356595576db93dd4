#!/usr/bin/perl
# See run.
use strict;
use warnings;
use JSON::PP ();
use Leadsheet;
use Time::HiRes qw(time);

my ($days, $each) = ($ENV{DAYS} // 400, $ENV{EACH} // 1000);
my $home = home();
mkdir "$home/main/journal";

# 400 days that end today, a thousand deliveries of one lead each.
my $start = time;
my $body = (deliveries(11, 1, 1))[0];
open my $python, '|-', 'python3', '-', $home, $days, $each, $body
    or die "python3: $!\n";
print $python <<'END';
import datetime, hashlib, re, sys
home, days, each, body = sys.argv[1], *map(int, sys.argv[2:4]), sys.argv[4]
today = datetime.datetime.now(datetime.timezone.utc).date()
old = re.search(r'"delivery_id": *"([^"]+)"', body).group(1)
for ago in range(days):
    day = str(today - datetime.timedelta(ago))
    with open(f"{home}/main/journal/{day}.jsonl", "w") as journal:
        for n in range(each):
            id = f"{day}-{n:06}"
            this = body.replace(old, id)
            digest = hashlib.sha256(this.encode()).hexdigest()
            at = f"{day}T00:{n // 60 % 60:02}:{n % 60:02}.{n:06}Z"
            journal.write(f'{{"received":"{at}","kind":"leads","id":"{id}",'
                          f'"sha256":"{digest}","signature":"{digest}",'
                          f'"body":{this}}}\n')
END
close $python or die "python3 failed\n";

# One delivery has the index made, and today's sheet.
my $r = cgi($home, body => '{"event":"index"}');
die "not kept: $r->{log}" if $r->{status} != 200;
$r = cgi($home, body => (deliveries(12, 1, 1))[0]);
die "not kept: $r->{log}" if $r->{status} != 200;
my $megabytes = 0;
$megabytes += -s for glob "$home/main/journal/*";
printf "\n%d days of %d leads, %.0f MB, made in %.0f s\n", $days, $each,
    $megabytes / 1e6, time - $start;

sub measure {
    my ($name) = @_;
    my $json = JSON::PP->new->utf8->decode(
        leadsheet($home, ['status', '--json'])->{out});
    die "$json->{leads} leads in 14 days\n"
        if $json->{leads} != 14 * $each + 1 || $json->{days_kept} != $days;
    my @times;
    for (1 .. 10) {
        my $began = time;
        leadsheet($home, ['status']);
        push @times, 1000 * (time - $began);
    }
    my $true = time;
    system '/bin/true' for 1 .. 10;
    printf "  status, %s: %.0f ms, median of 10 (%.0f to %.0f; /bin/true in "
        . "its place: %.1f)\n", $name, (sort { $a <=> $b } @times)[5],
        (sort { $a <=> $b } @times)[0, -1], 100 * (time - $true);
}

measure('two weeks of the journal read');
