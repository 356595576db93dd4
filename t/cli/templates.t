#!/usr/bin/perl
# The templates of deploy/relay, and the one of leadsheet.conf(5): with leads as
# long and as hostile as can be they make what Slack and Discord take, and in a
# chat nothing stands for more than text.
use strict;
use warnings;
use utf8;
use Encode qw(encode);
use Export;
use JSON::PP ();
use Leadsheet;
use Target;
use Test::More;

binmode Test::More->builder->$_, ':utf8'
    for qw(output failure_output todo_output);
my $json = JSON::PP->new->ascii->canonical;

# As many as any program counts: in UTF-16.
sub size { return length(encode('UTF-16LE', $_[0])) / 2 }

my @columns = qw(urn full_name headline company_name job_title location
    linkedin_url engagement_type signal_name reaction_type comment_text
    industry company_size);
my @texts = ('', ' ', "\x{200b}", 'Jane Smith', '<!channel>', '@everyone', '&' x 9000,
    '<@U012AB3CD> <https://evil.example|https://good.example>',
    '[https://good.example](https://evil.example)', '**' x 3000,
    "\x{202e}evil\x{2066}", "a\nb\r\n# c\n> d\x{2028}e\x{0}f\x{1b}[2J",
    "\x{1f469}\x{200d}\x{1f4bb}" x 2000, "e\x{301}" x 4000, '"' x 5000, '\\' x 5000,
    '{{count}} {{/leads}}', "\x{5d0}\x{5d1} \x{627}\x{628}", 'x' x 32000,
    '`' x 999, '||a||', ':smile: <t:1:R> <#1>', "\\u0000\\", 'https://evil.example');
my @links = ('https://www.linkedin.com/in/jane', '', '!channel',
    'javascript:alert(1)', 'https://a.example/' . '&' x 2500,
    'https://a.example/' . '&' x 396, 'https://a.example/' . 'x' x 1982,
    "https://a.example/J\x{f6}rg|(<>)*_~`\\\"'", 'https://10.0.0.1/', 'https://x',
    'https://a.example/ b@c');

# Each text in each column beside others, and each link.
my @leads = ({}, { map { $_ => 'x' x 32000 } @columns });
for my $i (0 .. $#texts) {
    my %lead = map { $columns[$_] => $texts[($i + 5 * $_) % @texts] } 0 .. $#columns;
    $lead{linkedin_url} = $links[$i % @links];
    $lead{post_id} = 'p' . $i % @links;
    push @leads, \%lead, { (map { $_ => $texts[$i] } @columns),
        linkedin_url => $links[-$i % @links], post_id => 'p' . $i % @links };
}
# Of long ones a message has few.
my @short = ({ map { $_ => '*&' x 400 } @columns }) x 20;
my @posts = map { { id => "p$_", url => $links[$_], text => $texts[$_],
    date => $texts[-$_] } } 0 .. $#links;

# The messages that a template makes of leads.
sub messages {
    my ($template, $conf, @of) = @_;
    my $home = journal_of({ '2026-12-01' => [map { $json->encode({
        delivery_id => 'x', event => 'lead.enriched',
        data => { leads => $_, posts => \@posts } }) } @of] });
    my $target = target();
    spew("$home/template.json", $template);
    spew("$home/leadsheet.conf", "[relay x]\nurl = " . $target->url
        . "\nfrom = 2026-12-01\ntemplate = template.json\nprivate = yes\n$conf");
    my $r = leadsheet($home, ['relay', 'x', '--once']);
    is("$r->{exit} $r->{err}", '0 ', '    (passed on)');
    my @messages = map { JSON::PP->new->utf8->decode($_) } $target->bodies;
    $target->stop;
    return @messages;
}
sub shipped { return slurp(srcdir() . "/deploy/relay/$_[0].json") }

# Those texts for which something isn't so.
sub none {
    my ($name, @not) = @_;
    is(scalar @not, 0, $name) or diag(encode('UTF-8', substr $not[0], 0, 300));
    return;
}
my $bad = qr/[\x00-\x09\x0b-\x1f\x7f-\x9f\x{2028}-\x{202e}\x{2066}-\x{2069}]/;

# Slack
{
    my @m = messages(shipped('slack'), "batch = 100\n", \@short, \@leads);
    my @blocks = map { @{$_->{blocks}} } @m;
    my @headers = grep { $_->{type} eq 'header' } @blocks;
    my @sections = grep { $_->{type} eq 'section' } @blocks;
    my @contexts = grep { $_->{type} eq 'context' } @blocks;
    is(scalar @sections, @short + @leads, 'Slack: each lead is a section');
    is(@headers + @sections + @contexts, scalar @blocks, '  and there is nothing else');
    none('  a message has 50 blocks at most', grep { @{$_->{blocks}} > 50 } @m);
    is(scalar @{$m[0]{blocks}}, 41, '  whatever batch says');
    my @texts = map { $_->{text} } @headers, @sections, map { @{$_->{elements}} }
        @contexts;
    none('  a header has 1 to 150 characters',
        grep { size($_->{text}{text}) > 150 || $_->{text}{text} eq '' } @headers);
    my @plain = map { $_->{text}{text} } @sections;
    push @plain, map { $_->{text} } grep { $_->{type} eq 'plain_text' }
        map { @{$_->{elements}} } @contexts;
    my @marked = map { $_->{text} } grep { $_->{type} eq 'mrkdwn' }
        map { @{$_->{elements}} } @contexts;
    none('  a text has 1 to 3,000',
        grep { size($_) > 3000 || !/\S/ } @plain, @marked);
    none('  a context has 10 elements at most',
        grep { @{$_->{elements}} > 10 } @contexts);
    none('  in texts & < > are escaped', grep { /[<>]|&(?!amp;|lt;|gt;)/ } @plain);
    none('  and there is no control', grep { /$bad/ } @plain, @marked);
    cmp_ok(scalar @marked, '>', 10, '  there are links');
    none('  which are links and nothing else', grep {
        !m{\A<https?://[\w.-]+\.[a-z]{2,}(?:[/?#](?:[\w.~/?#!\$+,;=:\@%-]|&amp;)*)?\|(?:LinkedIn|Post)>\z}
        } @marked);
    is($m[0]{text}, '20 new leads at main', '  what a notification says is ours');
    ($_) = messages(shipped('slack'), '', [{ full_name => 'Jane Smith',
        job_title => 'VP of Sales', company_name => 'R & D', comment_text => 'Nice!',
        engagement_type => 'comment', signal_name => 'John Doe',
        linkedin_url => $links[0] }]);
    is($_->{blocks}[1]{text}{text},
        "Jane Smith\nVP of Sales\nR &amp; D\n\x{201c}Nice!\x{201d}", '  a lead, as it is shown');
    is(join('; ', map { $_->{text} } @{$_->{blocks}[2]{elements}}),
        'comment, John Doe; <https://www.linkedin.com/in/jane|LinkedIn>', '  and below');
    is($_->{text}, '1 new lead at main', '  one is no plural');
}

# Discord
{
    my @m = messages(shipped('discord'), "batch = 100\n", \@short, \@leads);
    my @embeds = map { @{$_->{embeds}} } @m;
    is(scalar @embeds, @short + @leads, 'Discord: each lead is an embed');
    none('  a message has 10 at most', grep { @{$_->{embeds}} > 10 } @m);
    is(scalar @{$m[0]{embeds}}, 10, '    whatever batch says');
    my @many = map { my $n = 0; $n += size($_->{author}{name})
        + size($_->{description}) for @{$_->{embeds}}; $n } @m;
    note("@many");
    none('  and 6,000 characters in all', grep { $_ > 6000 } @many);
    none('  a content has 2,000', grep { size($_->{content}) > 2000 } @m);
    none('  a name has 1 to 256', grep { size($_) > 256 || !/\S/ }
        map { $_->{author}{name} } @embeds);
    none('  a description is there, and has 4,096', grep { size($_) > 4096 || !/\S/ }
        map { $_->{description} } @embeds);
    none('  an address has 2,048, and is one', grep {
        size($_) > 2048 || !m{\Ahttps?://[\w.-]+\.[a-z]{2,}(?:[/?#][!-~]*)?\z} }
        grep { defined } map { $_->{author}{url} } @embeds);
    none('  nobody is mentioned',
        grep { $json->encode($_->{allowed_mentions}) ne '{"parse":[]}' } @m);
    none('  no sign of Markdown means anything',
        grep { s/\\[[:punct:]]//gr =~ /[\\`*_~|<>\[\]#\@:]/ }
        map { $_->{description} } @embeds);
    none('  and there is no control', grep { /$bad/ }
        map { ($_->{description}, $_->{author}{name}) } @embeds);
    ($_) = messages(shipped('discord'), '', [{ full_name => 'Jane_Smith',
        headline => 'VP *of* Sales', company_name => 'Acme', comment_text => 'Nice!',
        engagement_type => 'reaction', reaction_type => 'LIKE',
        signal_name => 'John Doe', linkedin_url => $links[0] }]);
    is_deeply($_->{embeds}, [{ author => { name => 'Jane_Smith', url => $links[0] },
        description => "reaction (LIKE), John Doe\nVP \\*of\\* Sales\nAcme\n"
            . "\x{201c}Nice!\x{201d}" }], '  a lead, as it is shown');
    is($_->{content}, '1 new lead at main', '  one is no plural');
}

# JSON
{
    my @m = messages(shipped('leads'), "batch = 7\n", \@leads);
    none('leads.json: a message has as many leads as batch says at most',
        grep { @{$_->{leads}} > 7 } @m);
    is(scalar(map { @{$_->{leads}} } @m), scalar @leads, '  and all come');
    my ($header) = leadsheet(journal_of({ '2026-12-01' => [body('{}')] }), ['export',
        '--format', 'tsv'])->{out} =~ /(received_at.*?)\r?\n/;
    is_deeply([sort keys %{$m[0]{leads}[0]}], [sort 'test', split /\t/, $header],
        '  with all columns, and whether it is a test');
    ($_) = messages(shipped('leads'), '', [{ full_name => "J\x{f6}rg",
        connections => 2500, post_id => 'p0' }]);
    my $lead = $_->{leads}[0];
    is(join(' ', $_->{count}, @$lead{qw(full_name connections post_url)}),
        "1 J\x{f6}rg 2500 $links[0]", '  with their values');
    like($lead->{received_at}, qr/^2026-12-01T12:00:00\.\d{6}Z$/, '  and their time');
}

# The manual's
{
    my ($template) = slurp(srcdir() . '/man/leadsheet.conf.5')
        =~ /^\.Bd [^\n]+\n(\{"text": .*?)\.Ed$/ms;
    my ($m) = messages($template, '', [{ full_name => 'Ann' }, { full_name => 'Bob',
        comment_text => 'Hi' }]);
    is_deeply($m, { text => '2 new leads', people => [{ name => 'Ann', said => undef },
        { name => 'Bob', said => 'Hi' }] }, 'leadsheet.conf(5) has a template');
    is(scalar(map { @{$_->{people}} } messages($template, '', \@leads)),
        scalar @leads, '  which takes whatever comes');
}

# One that is wrong is told before anything is sent, and put right it goes.
{
    my $home = journal_of({ '2026-12-01' => [body('{"full_name":"Ann"}')] });
    my $target = target();
    spew("$home/leadsheet.conf", "[relay x]\nurl = " . $target->url
        . "\nfrom = 2026-12-01\ntemplate = t.json\nprivate = yes\n");
    for ([undef, qr{t\.json isn't there; copy a template to it}],
        ["[{{#leads}}\n  \"{{fullname}}\"\n{{/leads}}]",
            qr{t\.json line 2: there is no column "fullname"; did you mean full_name\?}],
        ["[{{#leads}}\n  \"{{full_name}}\"\n{{/leads}}]",
            qr{t\.json line 2: .*between leads write \{\{\^last\}\},\{\{/last\}\}}]) {
        my ($text, $told) = @$_;
        spew("$home/t.json", $text) if defined $text;
        for my $how ('--once', '--print', '--test') {
            my $r = leadsheet($home, ['relay', 'x', $how]);
            is($r->{exit}, 78, "a wrong template, $how: exit 78");
            like($r->{err}, $told, '  and a remedy');
            is($r->{err} =~ tr/\n//, 1, '  in a line');
        }
    }
    is(scalar $target->requests, 0, '  and nothing was sent');
    spew("$home/t.json", '["{{#leads}}{{full_name}}{{/leads}}"]');
    is(leadsheet($home, ['relay', 'x', '--once'])->{exit}, 0, 'put right, it goes');
    is(join(' ', $target->bodies), '["Ann"]', '  and nothing was passed over');
}

done_testing();
