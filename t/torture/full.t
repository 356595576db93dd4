#!/usr/bin/perl
# A disk that is full: real file systems without a block or an inode to spare,
# or that may not be written to, and a limit on the size of files.  Each answer
# is 200 or 503 and true; with room again all that heard 503 is kept, once.
use strict;
use warnings;
use Checker;
use Crash;
use Disk;
use File::Temp qw(tempdir);
use IO::Handle;
use Leadsheet;
use Test::More;
use Worker;

my $day = today();
my %small = (
    tmpfs => { unit => 4096, step => 2, mount => sub {
        my ($dir, $inodes) = @_;
        return "mount -t tmpfs -o size=2m,nr_inodes=$inodes none";
    } },
    # Delayed allocation: what was written may have no place yet.
    ext4 => { unit => 4096, step => 2, mount => sub { ext4(4096, @_) } },
    # A block is less than a page.
    'ext4 of 1 KB' => { unit => 1024, step => 7,
        mount => sub { ext4(1024, @_) } },
);

sub ext4 {
    my ($block, $dir, $inodes) = @_;
    return "truncate -s 8M $dir.image && PATH=\$PATH:/sbin mkfs.ext4 -qF "
        . "-m 0 -b $block -N $inodes $dir.image && "
        . "mount -o loop $dir.image";
}

# A home whose endpoint is a small file system of its own, or why not.
sub small {
    my ($kind, $inodes) = @_;
    my $home = home("protect = no\n");
    my $why = mounted("$home/main",
        $small{$kind}{mount}->("$home/main", $inodes // 96));
    return (undef, "$kind can't be mounted: $why") if $why;
    fresh("$home/main");
    return ($home, '');
}

# An endpoint without anything, or what the template has.
sub fresh {
    my ($main, $template) = @_;
    system("rm -rf $main/*") == 0 or die "rm failed\n";
    # The image's own folder, or the secret and what was kept.
    my $from = $template // home();
    system("cp -Rp $from/main/* $main/ && sync -f $main") == 0
        or die "cp failed\n";
    return;
}

sub leave_disk {
    stop_workers();
    stop_all();
    unmount();
    return;
}

# Fill the file system up to that many units, or inodes.
sub leave {
    my ($home, $room, $unit) = @_;
    my $ballast = "$home/main/ballast";
    if (!$unit) {
        mkdir $ballast;
        my $n = 0;
        $n++ while open my $f, '>', "$ballast/$n";
        unlink map { "$ballast/$_" } grep { $_ >= 0 } $n - $room .. $n - 1;
        return;
    }
    open my $f, '>', $ballast or die "$ballast: $!\n";
    for my $piece (65536, 4096, 1024) {
        1 while (syswrite($f, 'b' x $piece) // 0) == $piece;
    }
    $f->sync;
    my $size = (-s $ballast) - $room * $unit;
    return unless $size > 0;
    truncate $f, $size or die "truncate: $!\n";
    close $f;
    system('sync', '-f', "$home/main");
}

sub make_room { system("rm -rf $_[0]/main/ballast && sync -f $_[0]/main") }

# What is wrong now, before anything else is written: what was acknowledged is
# in the journal.  Sheets and index may be behind.
sub wrong_now {
    my ($home, %o) = @_;
    my $copy = home();
    system("cd $home/main && for f in journal sheets; do test ! -e "
        . "\$f || cp -Rp \$f $copy/main/; done") == 0 or die "cp failed\n";
    my %edited = map { s/^\Q$home\E/$copy/r => $o{edited}{$_} }
        keys %{$o{edited} // {}};
    my @bad = violations($copy, %o, edited => \%edited,
        skip => [qw(sheets index lines)]);
    system 'rm', '-rf', $copy;
    return @bad;
}

sub must {
    my ($home, @deliveries) = @_;
    for (@deliveries) {
        my $r = cgi($home, body => $_);
        die "not kept: $r->{log}" if $r->{status} != 200;
    }
}

my @situations = (
    ['a first delivery', [200], sub { }, {}],
    ['an append', [1, 200], sub { must($_[0], delivery('old', 9)) },
        { old => 9 }],
    ['a duplicate', [1], sub { must($_[0], delivery('old', 9),
        delivery('new', 1)) }, { old => 9 }],
    ['recovery', [20], sub {
        my ($home) = @_;
        my ($journal, $sheet) = ("$home/main/journal/$day.jsonl",
            "$home/main/sheets/leads-$day.csv");
        must($home, delivery('old', 9));
        my $rows = slurp($sheet);
        cut_off($home, sub { must($home, delivery('lost', 9)) });
        put_back($journal, substr slurp($journal), 0, -100);
        put_back($sheet, $rows);
        unlink "$home/main/index";
    }, { old => 9 }],
    ['a part -2', [20], sub {
        my $sheet = "$_[0]/main/sheets/leads-$day.csv";
        must($_[0], delivery('old', 9));
        spew($sheet, slurp($sheet) . "by hand\r\n");
    }, { old => 9 }, "sheets/leads-$day.csv"],
);

# With room for nothing, and for more and more, until there is enough.
sub enumerate {
    my ($kind, $what, $home, $situation, $leads) = @_;
    my ($name, undef, $prepare, $kept, $edited) = @$situation;
    my $unit = $what eq 'inodes' ? 0 : $small{$kind}{unit};
    my $step = $unit && !$ENV{LONG} ? $small{$kind}{step} : 1;
    my $template = template($prepare);
    my $body = delivery('new', $leads);
    my %edited = $edited ? ("$home/main/$edited" =>
        slurp("$template/main/$edited")) : ();
    my (@wrong, %heard);
    my $enough = 0;
    for (my $room = 0; $enough < 2 && $room < 400; $room += $step) {
        fresh("$home/main", $template);
        # The index as it is on such a file system.
        cgi($home, env => { REQUEST_METHOD => 'GET', PATH_INFO => '/health' })
            if $kind eq 'ext4 of 1 KB' && %$kept;
        leave($home, $room, $unit);
        my $r = cgi($home, body => $body);
        $heard{$r->{status}}++;
        my $stored = $r->{status} == 200;
        my @bad = wrong_now($home, kept => { %$kept, $stored ? (new => $leads) :
            () }, maybe => { new => $leads }, edited => \%edited,
            log => $r->{log});
        push @bad, "it answers $r->{status}"
            if $r->{status} != 200 && $r->{status} != 503;
        push @bad, 'no reason' if $r->{status} == 503
            && $r->{log} !~ /reason=/;
        make_room($home);
        my $retry = cgi($home, body => $body);
        push @bad, "the retry is $retry->{status}" if $retry->{status} != 200;
        push @bad, violations($home, kept => { %$kept, new => $leads },
            edited => \%edited, log => "$r->{log}$retry->{log}");
        push @wrong, map { "$room: $_ ($r->{log}$retry->{log})" } @bad;
        $enough++ if $r->{status} == 200
            && $r->{log} !~ /reason=(?!"(?:what a crash|[^"]* was edited by))/;
    }
    is_deeply(\@wrong, [], "$kind, $what, $name of $leads: " . join(', ',
        map { "$heard{$_} times $_" } sort keys %heard));
    cmp_ok($enough, '==', 2, '  until there is room');
    return $heard{503} // 0;
}

for my $case (['tmpfs', 'blocks'], ['ext4', 'blocks'],
    ['ext4 of 1 KB', 'blocks'], ['tmpfs', 'inodes']) {
    my ($kind, $what) = @$case;
    SKIP: {
        my ($home, $why) = small($kind, $what eq 'inodes' ? 24 : 96);
        skip $why, 1 unless $home;
        my $refused = 0;
        for my $situation (@situations) {
            $refused += enumerate($kind, $what, $home, $situation, $_)
                for @{$situation->[1]};
        }
        cmp_ok($refused, '>', 3, "$kind, $what: $refused were refused");
        leave_disk();
    }
}

# Workers behind nginx, until nothing goes in any more.
sub health {
    my ($port) = @_;
    return post($port, '', method => 'GET', path => '/health');
}

sub fill_up {
    my ($kind) = @_;
    my ($home, $why) = small($kind);
    skip $why, 1 unless $home;
    start_workers($home, 2);
    my %port = start_nginx($home, keep => 1);
    leave($home, 150, 4096);
    my (%kept, %refused);
    my @leads = (1, 200, 2, 30, 1, 90, 5);
    my $vain = 0;
    for (my $n = 0; $vain < 20 && $n < 400; $n++) {
        my $leads = $leads[$n % @leads];
        my $r = post($port{https}, delivery("fill-$n", $leads));
        $vain = $r->{status} == 200 ? 0 : $vain + 1;
        ($r->{status} == 200 ? \%kept : \%refused)->{"fill-$n"} = $leads;
        is($r->{status}, 503, "delivery $n hears 200 or 503")
            if $r->{status} != 200 && $r->{status} != 503;
    }
    my $log = slurp("$home/.run/error.log");
    cmp_ok(scalar(keys %kept), '>', 20, "$kind, two workers: "
        . keys(%kept) . ' deliveries go in, ' . keys(%refused) . ' do not');
    is($vain, 20, '  until it is full');
    unlike($log, qr/upstream (?:prematurely|timed)/, '  and no worker dies');
    is_deeply([wrong_now($home, kept => \%kept, maybe => \%refused,
        log => $log)], [], '  what was answered 200 is there, once');
    ok(open(my $f, '>>', "$home/main/ballast"), '  the last block goes');
    1 while (syswrite($f, 'b' x 512) // 0) == 512;
    close $f;
    my $r = health($port{https});
    is($r->{status}, 503, '  /health: 503');
    like("$r->{content}" . slurp("$home/.run/error.log"),
        qr/the disk of \S+ is nearly full/, '  and why');
    make_room($home);
    is(health($port{https})->{status}, 200, '  with room again: 200');
    is(join(' ', grep { post($port{https}, delivery($_, $refused{$_}))
        ->{status} != 200 } sort keys %refused), '',
        '  and all that was refused is taken');
    is_deeply([violations($home, kept => { %kept, %refused },
        log => slurp("$home/.run/error.log"))], [], '  once');
    leave_disk();
}

SKIP: { fill_up('tmpfs') }
SKIP: { fill_up('ext4') }

# No inode left: today goes on, but tomorrow could not begin.
SKIP: {
    my ($home, $why) = small('tmpfs', 20);
    skip $why, 1 unless $home;
    my @health = (env => { REQUEST_METHOD => 'GET', PATH_INFO => '/health',
        CONTENT_LENGTH => undef });
    must($home, delivery('old', 2));
    is(cgi($home, @health)->{status}, 503, 'few inodes left: /health is 503');
    leave($home, 0, 0);
    is(cgi($home, body => delivery('new', 2))->{status}, 200,
        '  and none: the day that has its files goes on');
    my $r = cgi($home, @health);
    is($r->{status}, 503, '  /health is 503');
    like($r->{log}, qr/room for 0 more files only/, '  and why');
    leave_disk();
}

# Read-only, and back: by workers that had it open neither, and that had.
SKIP: {
    my ($home, $why) = small('ext4');
    skip $why, 1 unless $home;
    my $to = sub { system("mount -o remount,$_[0] $home/main") == 0
        or die "can't remount\n" };
    must($home, delivery('old', 2));
    $to->('ro');
    worker($home);
    for my $door (\&cgi_door, \&ask) {
        for my $id (qw(old new)) {
            my $r = $door->($home, delivery($id, 2));
            is($r->{status}, 503, "read-only, $id: 503");
            like($r->{log}, qr/Read-only file system/, '  and why');
        }
    }
    my $r = ask($home, '', REQUEST_METHOD => 'GET', PATH_INFO => '/health');
    is($r->{status}, 503, '  /health: 503');
    like($r->{log}, qr/Read-only file system/, '  and why');
    $to->('rw');
    $r = ask($home, delivery('old', 2));
    is("$r->{status} $r->{json}{status}", '200 duplicate',
        '  read-write again, the same worker: a duplicate');
    is(ask($home, delivery('new', 2))->{json}{status}, 'stored', '  stored');
    is(ask($home, '', REQUEST_METHOD => 'GET', PATH_INFO => '/health')
        ->{status}, 200, '  /health: 200');
    is_deeply([violations($home, kept => { old => 2, new => 2 })], [],
        '  once');
    leave_disk();
}

sub cgi_door { return cgi($_[0], body => $_[1]) }

# A limit on the size of a file cuts at any byte: first of the journal, where
# that is the larger, then of the sheet, which costs no delivery.  Both are
# larger than the index.
my $prlimit = '/usr/bin/prlimit';
-x $prlimit or BAIL_OUT('prlimit is not installed: run sh t/run');
my %larger = (
    journal => ['"note":"' . 'n' x 90000 . '",', "journal/$day.jsonl", 503],
    sheet => ['', "sheets/leads-$day.csv", 200],
);
for my $which (sort keys %larger) {
    my ($more, $file, $status) = @{$larger{$which}};
    my $template = template(sub { must($_[0], delivery('old', 2000, $more)) });
    my $body = delivery('new', 3);
    my $whole = do {
        my $home = copy_of($template);
        must($home, $body);
        (-s "$home/main/$file") - (-s "$template/main/$file");
    };
    my (@wrong, %heard);
    for my $bytes (grep { $ENV{LONG} || $_ % 9 == 0 || $_ >= $whole - 2 }
        0 .. $whole) {
        my $limit = $bytes + -s "$template/main/$file";
        my $home = copy_of($template);
        my $before = slurp("$home/main/$file");
        my $r = cgi($home, body => $body, wrap => [$prlimit,
            "--fsize=$limit", '--']);
        $heard{"$r->{status}" . ($r->{log} =~ /too large/ ? ', said' : '')}++;
        my @bad;
        push @bad, "it answers $r->{status} $r->{log}"
            if $r->{status} != ($bytes < $whole ? $status : 200);
        push @bad, 'it is not cut back'
            if $bytes < $whole && slurp("$home/main/$file") ne $before;
        push @bad, "it says $r->{log}" if $bytes < $whole
            && $r->{log} !~ /\Q$file\E: File too large/;
        push @bad, wrong_now($home, kept => { old => 2000 }, maybe =>
            { new => 3 });
        my $retry = cgi($home, body => $body);
        push @bad, "the retry is $retry->{status}" if $retry->{status} != 200;
        push @bad, violations($home, kept => { old => 2000, new => 3 },
            log => "$r->{log}$retry->{log}");
        push @wrong, map { "$bytes: $_" } @bad;
        system 'rm', '-rf', $home;
    }
    is_deeply(\@wrong, [], "a limit in the middle of the $which: "
        . join(', ', map { "$heard{$_} times $_" } sort keys %heard));
    cmp_ok($heard{"$status, said"}, '>', 20, '  at some bytes');
}

# And it can't be cut back: what comes next puts it aside.
{
    my $template = template(sub { must($_[0], delivery('old', 2000,
        $larger{journal}[0])) });
    my $journal = "main/journal/$day.jsonl";
    my @wrong;
    for my $bytes (1, 50, 150, 250) {
        my $home = copy_of($template);
        my $size = -s "$home/$journal";
        my $r = cgi($home, body => delivery('new', 3), wrap => [$prlimit,
            '--fsize=' . ($size + $bytes), '--', strace('/dev/null', '-e',
            'trace=ftruncate', '-e', 'inject=ftruncate:error=EIO')]);
        my @bad;
        push @bad, "it answers $r->{status} $r->{log}" if $r->{status} != 503;
        push @bad, 'there is no torn line'
            if -s "$home/$journal" != $size + $bytes;
        for my $id (qw(other new)) {
            $r = cgi($home, body => delivery($id, 3));
            push @bad, "then $r->{status} $r->{log}" if $r->{status} != 200;
        }
        push @bad, 'it is not put aside'
            unless -e "$home/main/journal/$day.torn-1";
        push @bad, violations($home, kept => { old => 2000, new => 3,
            other => 3 });
        push @wrong, map { "$bytes: $_" } @bad;
    }
    is_deeply(\@wrong, [], 'a torn line that can\'t be cut back is put aside');
}

# A worker at work whose limit comes and goes.
{
    my $home = home("protect = no\n");
    my $pid = worker($home);
    my $limit = sub { system($prlimit, '--pid', $pid, "--fsize=$_[0]:") == 0
        or die "prlimit failed\n" };
    my %kept;
    my $deliver = sub {
        my ($id) = @_;
        my $r = ask($home, delivery($id, 3));
        $kept{$id} = 3 if $r->{status} == 200;
        return $r->{status};
    };
    ask($home, delivery('old', 2000, $larger{journal}[0]));
    $kept{old} = 2000;
    my @heard;
    my $journal = "$home/main/journal/$day.jsonl";
    for my $n (1 .. 12) {
        $limit->((-s $journal) + 31 * $n);
        push @heard, $deliver->("new-$n");
        $limit->('unlimited');
        push @heard, $deliver->("new-$n");
    }
    is("@heard", join(' ', ('503 200') x 12),
        'a worker whose limit comes and goes: 503, then 200');
    is_deeply([violations($home, kept => \%kept)], [], '  all of it once');
    is(stop_worker($pid), 0, '  and it is the same worker');
}

done_testing();
