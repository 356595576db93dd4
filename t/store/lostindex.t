#!/usr/bin/perl
# Whatever happens to the index, deleted, damaged, of another time or another
# program: duplicates are still found, new deliveries are kept, and the index
# is again what the journal makes.  SEED=7: other damage; LONG=1: more of it.
use strict;
use warnings;
use Checker;
use Digest::SHA qw(sha256_hex);
use File::Copy qw(copy);
use Leadsheet;
use Test::More;
use Time::HiRes ();
use Door;

my $seed = $ENV{SEED} // 1;
srand $seed;
note("SEED=$seed");

# A home, with a copy of its index as it was half way in old/.
sub make {
    my ($count, $then) = @_;
    my @ids = map { join '-', unpack 'A8A4A4A4A12', sha256_hex($_) }
        1 .. $count;
    my $home = template(sub {
        my ($home) = @_;
        my $worker = door($home, 'worker');
        for my $n (1 .. $count) {
            $worker->(delivery($ids[$n - 1], 1))->{status} == 200
                or die "not kept\n";
            next if $n != $then;
            mkdir "$home/main/old";
            system('cp', '-p', "$home/main/index", "$home/main/old/") == 0
                or die "cp failed\n";
        }
    });
    return ($home, @ids);
}

my ($template, @ids) = make(306, 150);

# In place, as the file may be open: these bytes there, and no others.
# A file's time has a tick of some milliseconds; no person is as quick as that.
sub next_tick {
    my ($home) = @_;
    my $last = (Time::HiRes::stat("$home/main/lock"))[9] // return;
    do { spew("$home/tick", '') } while (Time::HiRes::stat("$home/tick"))[9]
        <= $last;
    unlink "$home/tick";
}

sub put_at {
    my ($path, $at, $bytes) = @_;
    open my $f, '+<:raw', $path or die "$path: $!\n";
    seek $f, $at, 0;
    print $f $bytes;
    close $f or die "$path: $!\n";
}

sub noise { return pack 'C*', map { int rand 256 } 1 .. $_[0] }

sub old { return $_[0] =~ s{([^/]*)\z}{old/$1}r }

# What is done to it, its path given.  aside: it is set aside, by who hasn't had
# it open.
my @damages = (
    ['is deleted', sub { unlink $_[0] }],
    ['is emptied', sub { truncate $_[0], 0 }],
    ['is zeroed', sub { put_at($_[0], 0, "\0" x -s $_[0]) }],
    ['is random', sub { put_at($_[0], 0, noise(-s $_[0])) }, aside => 1],
    ['has a random head', sub { put_at($_[0], 0, noise(64)) }, aside => 1],
    ['has an empty head', sub { put_at($_[0], 0, "\0" x 512) }],
    ['has a head that doesn\'t hold', sub { put_at($_[0], 30, noise(8)) }],
    ['has a random page in the middle', sub {
        put_at($_[0], (-s $_[0]) / 8192 << 12, noise(4096)) }],
    ['has a random end', sub { put_at($_[0], -64 + -s $_[0], noise(64)) }],
    ['has noise in every block but the first', sub {
        put_at($_[0], $_ * 512, noise(100)) for 1 .. ((-s $_[0]) >> 9) - 1 }],
    ['is full of noise behind the first block', sub {
        put_at($_[0], 512, noise(66048)) }],
    ['is cut in the middle', sub { truncate $_[0], (-s $_[0]) >> 1 }],
    ['is cut to whole blocks', sub {
        truncate $_[0], (-s $_[0]) / 1024 << 9 }],
    ['lacks its last byte', sub { truncate $_[0], -1 + -s $_[0] }],
    ['is longer', sub { put_at($_[0], -s $_[0], noise(99)) }],
    ['is a text', sub { spew($_[0], "no index\n" x 999) }, aside => 1],
    ['is another file, a text', sub {
        unlink $_[0];
        spew($_[0], "no index\n") }, aside => 1],
    ['is an older copy', sub { copy(old($_[0]), $_[0]) }],
    ['is an older copy with its times', sub {
        system('cp', '-p', old($_[0]), $_[0]) }],
    ['is an older copy, put there by rename', sub {
        rename old($_[0]), $_[0] }],
    ['is of a newer version', sub { put_at($_[0], 16, '2') }, aside => 1],
    ['is another application\'s database', sub {
        spew($_[0], "SQLite format 3\0" . "\0" x 4080) }, aside => 1],
);

# Deliver; where the worker is gone or it says 503, again, as the sender does;
# then a new one may be there already.
sub again {
    my ($home, $door, $way, $body) = @_;
    my $r = eval { $$door->($body) };
    return $r if $r && $r->{status} == 200;
    undef $$door;
    $$door = door($home, $way);
    return { %{$$door->($body)}, again => 1 };
}

# What is wrong after that damage: sentences; and what was doubled.
sub wrong {
    my ($home, $way, $damage, @known) = @_;
    my $path = "$home/main/index";
    my $door = door($home, $way);
    my (@bad, @doubled);
    if ($way eq 'worker') {
        push @known, 'before-by-a-worker';
        $door->(delivery($known[-1], 1));
    }
    my %kept = map { $_ => 1 } @known;
    next_tick($home);
    $damage->($path);
    my $try = sub {
        my ($door, $way, $id) = @_;
        my $r = again($home, $door, $way, delivery($id, 1));
        my $said = $r->{json}{status} // "$r->{status} $r->{log}";
        my $new = !$kept{$id};
        $kept{$id} = 1;
        return if $said eq ($new ? 'stored' : 'duplicate')
            || $said eq 'duplicate' && $r->{again};
        push @bad, "$id: $said" if $r->{status} != 200;
        push @doubled, $id if $r->{status} == 200;
    };
    # By turns, where there is a worker: it and the other way in.
    my $other = door($home, 'CGI');
    $other = $door if $way eq 'user';
    for my $id ('new-delivery-a', @known[map { $_ * 25 } 0 .. 11],
        'new-delivery-b', $known[-1], 'new-delivery-c') {
        $try->(\$door, $way, $id);
        $try->(\$other, 'CGI', $id) if $way eq 'worker';
    }
    return (\@bad, \@doubled, \%kept);
}

for my $way (qw(CGI worker)) {
    for (@damages) {
        my ($name, $damage, %o) = @$_;
        my $home = copy_of($template);
        my ($bad, $doubled, $kept) = wrong($home, $way, $damage, @ids);
        my @bad = @$bad;
        push @bad, map { "stored again: $_" } @$doubled;
        # Whoever comes next, with nobody at work, brings it up to date.
        push @bad, 'the next one is not stored'
            if cgi($home, body => delivery('the-next-one', 1))->{status} != 200;
        push @bad, violations($home, skip => ['stale'],
            kept => { %$kept, 'the-next-one' => 1 });
        push @bad, 'it is not set aside'
            if $o{aside} && $way eq 'CGI' && !-e "$home/main/index.damaged-1";
        is_deeply(\@bad, [], "$way: the index $name");
    }
}

# What is set aside is somebody's, byte for byte.
{
    my $home = copy_of($template);
    my $path = "$home/main/index";
    spew($path, my $theirs = "SQLite format 3\0" . noise(9999));
    is(cgi($home, body => delivery('beside', 1))->{status}, 200,
        'another application\'s file');
    is(slurp("$path.damaged-1"), $theirs, '  is set aside untouched');
}

# A mode that shuts out an ordinary user.
{
    my $home = copy_of($template);
    my $door = door($home, 'user');
    chmod 0, "$home/main/index";
    is($door->(delivery($ids[0], 1))->{json}{status}, 'duplicate',
        'an index of mode 000: duplicates are found');
    is($door->(delivery('new', 1))->{json}{status}, 'stored',
        '  and new ones are stored');
    ok(-e "$home/main/index.damaged-1", '  it is set aside');
}

# Single bits, anywhere: an entry has no checksum, but the journal has the last
# word, and a key that is lost is read again from it.
my ($small, @few) = make(60, 30);
my ($runs, @wrong) = ($ENV{LONG} ? 400 : 40);
for my $run (1 .. $runs) {
    my $home = copy_of($small);
    my $path = "$home/main/index";
    # Where something stands, on every other run.
    my $bytes = slurp($path);
    my @there = grep { substr($bytes, $_, 1) ne "\0" } 0 .. length($bytes) - 1;
    my $at = $run % 2 ? $there[rand @there] : int rand length $bytes;
    put_at($path, $at, chr(ord(substr $bytes, $at, 1) ^ 1 << rand 8));
    my $door = door($home, 'worker');
    my (%rows, @bad);
    for my $id ('new-one', @few, 'new-two') {
        my $r = again($home, \$door, 'worker', delivery($id, 1));
        push @bad, "$id $r->{status} $r->{log}" if $r->{status} != 200;
    }
    undef $door;
    push @bad, violations($home, skip => ['stale'],
        kept => { map { $_ => 1 } 'new-one', @few, 'new-two' });
    push @wrong, map { "bit at $at: $_" } @bad;
    system 'rm', '-rf', $home;
}
is_deeply(\@wrong, [], "one bit of $runs indexes is wrong: nothing is lost, "
    . 'nothing comes twice');

done_testing();
