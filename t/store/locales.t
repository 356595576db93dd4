#!/usr/bin/perl
# A real LibreOffice in the languages of the world: whatever it takes for a
# number, a date, or true or false is protected in our sheets.
use strict;
use warnings;
use File::Temp qw(tempdir);
use JSON::PP ();
use Leadsheet;
use Test::More;

my ($soffice) = grep { -x } map { "$_/soffice" } split /:/, $ENV{PATH};
plan skip_all => 'soffice is not installed: run sh t/run' unless $soffice;

my $seed = $ENV{SEED} // 15;
my $dir = tempdir(CLEANUP => 1);
my %locale = (en_US => 1033, en_ZA => 7177, de_DE => 1031, de_CH => 2055,
    fr_FR => 1036, es_GT => 4106, pt_BR => 1046, it_IT => 1040,
    sv_SE => 1053, nb_NO => 1044, fi_FI => 1035, pl_PL => 1045,
    cs_CZ => 1029, hu_HU => 1038, lt_LT => 1063, ru_RU => 1049, tr_TR => 1055,
    ar_EG => 3073, hi_IN => 1081, th_TH => 1054, ja_JP => 1041, ko_KR => 1042,
    zh_CN => 2052);

my $words = python([], 'localewords.py');
if (!defined $words) {
    plan skip_all => 'this LibreOffice keeps its locale data otherwise';
}
spew("$dir/words", $words);

# The table has every word that is installed.
my $protected = protected(my @known = cells_of('all'));
cmp_ok(@known, '>=', 9000, @known . ' words beside numbers');
is_deeply([grep { !$protected->{$_} } @known], [], '  are all known');

# What it makes of the cells of each language, unprotected.
for my $name (sort keys %locale) {
    my @cells = cells_of($name);
    my $protected = protected(@cells);
    my $types = converted($locale{$name}, @cells);
    # Seven is seven, and what is only digits stays so.
    my @changed = grep { $types->[$_] ne 'string'
        && $cells[$_] !~ /\A(?:0|[1-9][0-9]{0,14})\z/ } 0 .. $#cells;
    cmp_ok(@changed, '>=', 50, "$name: it changes " . @changed . ' of '
        . @cells . ' cells');
    is_deeply([map { "$types->[$_]: $cells[$_]" }
        grep { !$protected->{$cells[$_]} } @changed], [],
        "  which are all protected, seed $seed");
}

sub python {
    my ($from, $script, @with) = @_;
    open my $p, '-|', 'sh', '-c', '"$@"' . (@$from ? " <'@$from'" : ''), 'sh',
        'python3', data($script), @with or die "python3: $!\n";
    binmode $p;
    my $said = join '', <$p>;
    return close $p ? $said : undef;
}

sub cells_of {
    return split /\n/, python(["$dir/words"], 'localecells.py', $seed, $_[0])
        // die "no cells\n";
}

# Which of these cells a sheet has protected.
sub protected {
    my $home = home("columns = headline\n");
    my $json = JSON::PP->new;
    my $r = cgi($home, body => '{"delivery_id":"d","event":"lead.enriched",'
        . '"data":{"posts":[],"leads":[' . join(',', map { '{"headline":'
        . $json->encode("$_") . '}' } @_) . ']}}');
    BAIL_OUT("not kept: $r->{log}") if ($r->{json}{status} // '') ne 'stored';
    my $rows = read_csv(sheets($home)->[0]);
    is(@$rows, @_, 'every cell is there');
    return {map { ($_[$_] => $rows->[$_]{headline} =~ /^'/ ? 1 : 0) } 0 .. $#_};
}

# A CSV of these cells as it opens it: the type of each.
sub converted {
    my ($language, @cells) = @_;
    spew("$dir/cells.csv", join '', map { '"' . s/"/""/gr . qq("\r\n) } @cells);
    local $ENV{HOME} = $dir;
    my $said = `timeout @{[10 * PATIENCE]} '$soffice' --headless \\
        '-env:UserInstallation=file://$dir/profile' --convert-to fods \\
        '--infilter=CSV:44,34,76,1,,$language,false,true' \\
        --outdir '$dir' '$dir/cells.csv' 2>&1`;
    my $rows = JSON::PP->new->utf8->decode(
        python([], 'cells.py', "$dir/cells.fods") // die "soffice: $said\n");
    unlink "$dir/cells.fods";
    # Rows that are the same stand there once, with their count.
    BAIL_OUT("soffice made $#$rows rows of @cells") if @$rows != @cells;
    return [map { $_->[0][0] // 'string' } @$rows];
}

done_testing();
