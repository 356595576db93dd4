#!/usr/bin/perl
# What people do to a sheet, through CGI, through a worker that has it open,
# and with the control record and the index lost as well: what was edited is left alone, byte for
# byte, and every lead is there once.
use strict;
use warnings;
use Checker qw(remove_all_but_journal);
use Encode ();
use File::Copy qw(copy);
use Leadsheet;
use Test::More;
use Door;

# A lead has a urn that its delivery's id is no part of.
sub urn { my ($id, $n) = @_; return uc("$id-$n") }

sub body {
    my ($id, $more) = @_;
    return qq({"delivery_id":"$id","event":"lead.enriched",) . ($more // '')
        . '"data":{"leads":[' . join(',', map { '{"urn":"' . urn($id, $_)
        . qq(","full_name":"J\xc3\xb6rg \\"Jo\\" O'Neil, Jr.; $_",)
        . '"headline":"=1+1","connections":500,"company_size":"11-50"}' }
        1 .. 3) . ']}}';
}

my @before = map { "before-$_" } 'a' .. 'e';
my @after = map { "after-$_" } 'f' .. 'h';

# A spreadsheet program: cells in, cells out, in its own dialect.
sub cells {
    my ($path) = @_;
    my @names = split /,/, slurp($path) =~ s/^\xef\xbb\xbf//r =~ s/\r.*//sr;
    return [\@names, map { my $row = $_; [map { $row->{$_} } @names] }
        @{read_csv($path)}];
}

sub write_cells {
    my ($cells, %as) = @_;
    my ($d, $eol) = ($as{delimiter} // ',', $as{eol} // "\r\n");
    my $text = join '', map { join($d, map { my $c = $_;
        utf8::encode($c);
        $as{quote} || $c =~ /[$d"\r\n]/ ? '"' . $c =~ s/"/""/gr . '"' : $c
        } @$_) . $eol } @$cells;
    return ($as{bom} // 1 ? "\xef\xbb\xbf" : '') . $text;
}

# Save by rename, as careful programs do, or over it, as others do.
sub by_rename {
    my ($path, $text) = @_;
    rename spew("$path.tmp", $text), $path or die "$path: $!\n";
}

sub rows_changed {
    my ($change, %as) = @_;
    return sub {
        my ($path) = @_;
        my $cells = cells($path);
        $change->($cells);
        spew($path, write_cells($cells, %as));
    };
}

sub text_changed {
    my ($change) = @_;
    return sub { spew($_[0], $change->(slurp($_[0]))) };
}

my @all_before = map { my $id = $_; map { urn($id, $_) } 1 .. 3 } @before;

# Each: what a person does, how, and what becomes of it.  edited: the day goes
# on in -2; same: in the same file.  gone: urns that they took away.  again:
# deliveries that -2 begins with, as HACKING says; twice: urns that are there
# twice then.  Without a control record nobody can tell why one in the middle
# is missing, and all come again.
my @cases = (
    ['deletes it', same => sub { unlink $_[0] }],
    ['renames it', same => sub { rename $_[0], "$_[0].old" }],
    ['empties it', same => sub { spew($_[0], '') }],
    ['touches it', same => sub { utime 1, 1, $_[0] }],
    ['touches it with tomorrow\'s date', same => sub {
        utime time + 86400, time + 86400, $_[0] }],
    ['saves it by rename, unchanged', same => sub {
        by_rename($_[0], slurp($_[0])) }],
    ['saves it in place, unchanged', same => text_changed(sub { $_[0] })],
    ['has it open in LibreOffice', same => sub {
        spew($_[0] =~ s{([^/]*)\z}{.~lock.$1#}r, ',jo,host,23.11.2026;') }],
    ['has copies beside it', same => sub {
        copy($_[0], "$_[0].bak");
        copy($_[0], $_[0] =~ s/\.csv/ - Copy.csv/r);
        copy($_[0], $_[0] =~ s/\.csv/-02.csv/r); }],
    ['restores it without its last line end', edited => text_changed(sub {
        $_[0] =~ s/\r\n\z//r })],
    ['restores it without its last LF', edited => text_changed(sub {
        $_[0] =~ s/\n\z//r })],
    ['saves with semicolons, no BOM, LF, quotes everywhere',
        edited => rows_changed(sub { }, delimiter => ';', bom => 0,
            eol => "\n", quote => 1)],
    ['saves with TABs', edited => rows_changed(sub { }, delimiter => "\t")],
    ['saves without BOM', edited => rows_changed(sub { }, bom => 0)],
    ['saves with LF', edited => rows_changed(sub { }, eol => "\n")],
    ['saves with CR', edited => rows_changed(sub { }, eol => "\r")],
    ['saves as UTF-16', edited => text_changed(sub {
        Encode::encode('UTF-16', Encode::decode('UTF-8', $_[0])) })],
    ['saves without protection', edited => text_changed(sub {
        $_[0] =~ s/,'=/,=/gr })],
    ['renames a header', edited => rows_changed(sub {
        $_[0][0][4] = 'Name' })],
    ['changes one letter in place', edited => text_changed(sub {
        $_[0] =~ s/O'Neil/O'Neal/r })],
    ['changes one letter by rename', edited => sub {
        by_rename($_[0], slurp($_[0]) =~ s/O'Neil/O'Neal/r) }],
    ['changes the last letter', edited => text_changed(sub {
        $_[0] =~ s/.(?=\r\n\z)/#/r })],
    ['deletes the first row', edited => rows_changed(sub {
        splice @{$_[0]}, 1, 1 }), gone => [$all_before[0]]],
    ['deletes a row in the middle', edited => rows_changed(sub {
        splice @{$_[0]}, 8, 1 }), gone => [$all_before[7]]],
    ['deletes the last row', edited => rows_changed(sub {
        pop @{$_[0]} }), again => [$before[-1]],
        twice => [@all_before[12, 13]]],
    ['deletes a delivery in the middle', edited => rows_changed(sub {
        splice @{$_[0]}, 7, 3 }), gone => [@all_before[6 .. 8]]],
    ['deletes the last two deliveries', edited => rows_changed(sub {
        splice @{$_[0]}, 10, 6 }), again => [@before[3, 4]]],
    ['deletes the header', edited => rows_changed(sub { shift @{$_[0]} })],
    ['adds rows at the end', edited => rows_changed(sub {
        push @{$_[0]}, [('mine') x 23], [('mine') x 23] })],
    ['adds a line without an end', edited => text_changed(sub {
        "$_[0]call Jo" })],
    ['adds rows in the middle', edited => rows_changed(sub {
        splice @{$_[0]}, 5, 0, [('mine') x 23] })],
    ['adds a column', edited => rows_changed(sub {
        push @$_, 'called' for @{$_[0]} })],
    ['deletes a column', edited => rows_changed(sub {
        splice @$_, 5, 1 for @{$_[0]} })],
    ['deletes the column delivery_id', edited => rows_changed(sub {
        splice @$_, 1, 1 for @{$_[0]} })],
    ['sorts the rows', edited => rows_changed(sub {
        my ($head, @rows) = @{$_[0]};
        @{$_[0]} = ($head, sort { $b->[3] cmp $a->[3] } @rows) })],
    ['had it open since the third delivery', edited => rows_changed(sub {
        splice @{$_[0]}, 10, 6;
        $_[0][3][5] = 'called' }), again => [@before[3, 4]]],
    ['had it open, and saves it in another dialect', edited =>
        rows_changed(sub { splice @{$_[0]}, 10, 6 }, delimiter => ';',
            bom => 0, eol => "\n", quote => 1), again => [@before[3, 4]]],
    ['had it open, and saves it with CR', edited => rows_changed(sub {
        splice @{$_[0]}, 10, 6 }, eol => "\r"), again => [@before[3, 4]]],
    ['had it open since there was one delivery', edited => rows_changed(sub {
        splice @{$_[0]}, 4, 12;
        $_[0][0][0] = 'received' }), again => [@before[1 .. 4]]],
);

# How often each urn stands in the sheets, in whatever dialect.
sub urns {
    my ($home, $more) = @_;
    my $text = join "\n", map { s/\0//gr } map { slurp($_) } @{sheets($home)};
    my %n = map { $_ => 0 } map { my $id = $_; map { urn($id, $_) } 1 .. 3 }
        @before, @after;
    $n{$_} += () = $text =~ /(?<![\w-])\Q$_\E(?!\w)/g for keys %n;
    return \%n;
}

sub ids {
    my ($path) = @_;
    return [map { $_->{delivery_id} } @{read_csv($path)}];
}

# What is wrong after that edit, as sentences.
sub wrong {
    my ($case, $way) = @_;
    my ($name, $fate, $edit, %o) = @$case;
    my $home = home();
    my $deliver = door($home, $way eq 'worker' ? 'worker' : 'CGI');
    my $log = '';
    my @bad;
    my $must = sub {
        my ($id, $word) = @_;
        my $r = $deliver->(body($id));
        $log .= $r->{log};
        push @bad, "$id: $r->{status} $r->{log}"
            if ($r->{json}{status} // '') ne $word;
    };
    $must->($_, 'stored') for @before;
    my $sheet = sheets($home)->[0];
    $edit->($sheet);
    if ($way eq 'lost' && $o{gone}) {
        my %gone = map { $_ => 1 } @{$o{gone}};
        %o = (again => \@before, twice => [grep { !$gone{$_} } @all_before]);
    }
    my $edited = $fate eq 'edited';
    my %theirs = map { $_ => slurp($_) } grep { $edited || $_ ne $sheet }
        grep { -f } glob "$home/main/sheets/{.~,}*";
    remove_all_but_journal($home) if $way eq 'lost';
    $must->($after[0], 'stored');
    $must->($before[2], 'duplicate');
    $must->($_, 'stored') for @after[1, 2];
    push @bad, "$_ was written to"
        for grep { !-e || slurp($_) ne $theirs{$_} } keys %theirs;
    delete @theirs{grep { !/leads-[\d-]{10}\.csv\z/ } keys %theirs};
    my $next = $sheet =~ s/\.csv/-2.csv/r;
    if ($edited) {
        my @want = map { ($_) x 3 } @{$o{again} // []}, @after;
        my $ids = -e $next ? join ' ', @{ids($next)} : 'not there';
        push @bad, "-2 is $ids" if $ids ne "@want";
        push @bad, 'the log says nothing'
            if $log !~ /was edited by someone and is left as it is/;
        my %n = %{urns($home)};
        delete @n{@{$o{gone} // []}};
        $n{$_}-- for @{$o{twice} // []};
        my @not_once = grep { $n{$_} != 1 } sort keys %n;
        push @bad, "not once: @not_once" if @not_once;
    } else {
        push @bad, 'there is a -2' if -e $next;
        push @bad, 'the log speaks of an edit' if $log =~ /edited by/;
        unlink grep { $_ ne $sheet } @{sheets($home)};
        push @bad, Checker::violations($home,
            kept => { map { $_ => 3 } @before, @after });
    }
    return @bad;
}

my @ways = (CGI => 'through CGI', worker => 'with a worker that has it open',
    lost => 'and control record and index are lost');
while (my ($way, $how) = splice @ways, 0, 2) {
    for my $case (@cases) {
        my ($name, $fate) = @$case;
        is_deeply([wrong($case, $way)], [],
            "someone $name: $fate, $how");
    }
}

# A day's life: edited, the next part too, one of them deleted, then all.
for my $way (qw(CGI worker)) {
    my $home = home();
    my $door = door($home, $way);
    my $deliver = sub { $door->(body($_[0]))->{json}{status} };
    my $sheet = "$home/main/sheets/leads-" . today();
    my @parts = ("$sheet.csv", map { "$sheet-$_.csv" } 2 .. 4);
    for my $n (0, 1) {
        $deliver->("day-$n");
        spew($parts[$n], slurp($parts[$n]) . "by hand\n");
    }
    $deliver->('day-2');
    my @edited = map { slurp($_) } @parts[0, 1];
    is_deeply(ids($parts[2]), [('day-2') x 3],
        "edited, and -2 edited: -3 begins ($way)");
    $deliver->('day-3');
    is_deeply([map { slurp($_) } @parts[0, 1]], \@edited,
        '  both are left alone');
    unlink $parts[2];
    is($deliver->('day-2'), 'duplicate', '  -3 deleted, a retry: duplicate');
    $deliver->('day-4');
    # -3 is not used again: a line of the journal has that number.
    is_deeply(ids($parts[3]), [map { ($_) x 3 } qw(day-2 day-3 day-4)],
        '  and all of its deliveries come again, in -4');
    unlink $parts[0];
    $deliver->('day-5');
    is_deeply([map { -e $_ ? 1 : 0 } @parts], [0, 1, 0, 1],
        '  one that was edited and deleted stays away');
    unlink @parts;
    $deliver->('day-6');
    is_deeply(sheets($home), [$parts[0]], '  all deleted: one file');
    is_deeply(ids($parts[0]), [map { ($_) x 3 } map { "day-$_" } 0 .. 6],
        '  with every lead of the day');
}

# The sheet of tests is a person's as well.
{
    my $home = home();
    my $test = sub { cgi($home, body => body($_[0], '"test":true,')) };
    $test->('first-test');
    my ($sheet) = glob "$home/main/sheets/test-*.csv";
    spew($sheet, my $edited = slurp($sheet) . "by hand\n");
    $test->('second-test');
    is(slurp($sheet), $edited, 'a test sheet that was edited is left alone');
    is_deeply(ids($sheet =~ s/\.csv/-2.csv/r), [('second-test') x 3],
        '  and tests go on in -2');
}

# A copy that someone has called -2 is theirs too.
{
    my $home = home();
    cgi($home, body => body('copied'));
    my $sheet = sheets($home)->[0];
    my $copy = $sheet =~ s/\.csv/-2.csv/r;
    copy($sheet, $copy);
    spew($sheet, my $edited = slurp($sheet) . "by hand\n");
    my $before = slurp($copy);
    cgi($home, body => body('next'));
    is_deeply([slurp($sheet), slurp($copy)], [$edited, $before],
        'a copy named -2 and an edited sheet are left alone');
    is_deeply(ids($sheet =~ s/\.csv/-3.csv/r), [('next') x 3],
        '  and -3 begins');
}

done_testing();
