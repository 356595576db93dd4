#!/usr/bin/perl
# Deliveries whose every value is hostile, and what a real browser makes of each
# screen that shows them: see t/page/hostile.js.
use strict;
use warnings;
use Browser;
use JSON::PP ();
use Leadsheet;
use Page;
use Test::More;

today();
my $json = JSON::PP->new->utf8->canonical;

# A text, and a word to find it by on a screen.
my @hostile = (
    '<script>window.hit=1</script>', '<img src=x onerror="window.hit=1">',
    '"><svg onload=window.hit=1>', "' onmouseover='window.hit=1' x='",
    '" autofocus onfocus="window.hit=1', 'javascript:window.hit=1',
    "java\tscript:window.hit=1", "\x01javascript:window.hit=1",
    'JaVaScRiPt:window.hit=1//https://', 'vbscript:msgbox(1)',
    'data:text/html,<script>window.hit=1</script>', '//elsewhere.example/x',
    'https://elsewhere.example/" onclick="window.hit=1',
    'https://user:password@elsewhere.example/<b>',
    '</title></style></textarea><script>window.hit=1</script>',
    '<style>*{display:none}</style>', '<base href="//elsewhere.example/">',
    '<meta http-equiv=refresh content="0;url=//elsewhere.example">',
    '<form action=//elsewhere.example><input name=q>', '<iframe src=//x.example>',
    '<link rel=stylesheet href=//elsewhere.example/x.css>', '<!-- ', '--> ]]>',
    '{{constructor.constructor("window.hit=1")()}}', '${window.hit=1}',
    '<%= system("id") %>', '&lt;b&gt;&amp;&#60;script&#62;', "\\\"\\';//",
    "\r\nSet-Cookie: hit=1\r\n\r\n<script>window.hit=1</script>",
    "before\x{0}after", "\x{202e}lve\x{2066}\x{2067}\x{202d}",
    "\x{feff}\x{200b}\x{200d}\x{2028}\x{2029}\x{85}x",
    "\x{645}\x{631}\x{62d}\x{628}\x{627} \x{628}\x{627}\x{644}\x{639}\x{627}\x{644}\x{645}",
    'Z' . join('', map { chr(0x300 + $_) } 0 .. 79) . 'algo',
    "\x{1f468}\x{200d}\x{1f469}\x{200d}\x{1f467}" x 40, 'W' x 100_000,
    'nobreak/' x 1000, "=HYPERLINK(\"https://elsewhere.example\")", ' ', '',
    "\x{fffe}\x{ffff}\x{10ffff}",
);
my @columns = qw(urn full_name headline company_name job_title location
    linkedin_url engagement_type signal_name reaction_type comment_text
    connections followers industry company_size);

sub lead_of {
    my ($i, $text) = @_;
    my %lead = map { $_ => $text } @columns;
    # A urn of one's own, so that each is a person, and a name of some.
    $lead{urn} = "$text$i" if $i % 3;
    $lead{full_name} = '' if $i % 7 == 6;
    return { %lead, post_id => "$text-post$i", "new $text" => $text };
}

sub post_of {
    my ($i, $text) = @_;
    return { id => "$text-post$i", url => $text, text => $text x 3,
        date => $text, "more $text" => [$text] };
}

my $home = page_home(days => 2, leads => 3);
for my $i (0 .. $#hostile) {
    my $text = $hostile[$i];
    my $body = $json->encode({ delivery_id => "$text-$i", timestamp => $text,
        event => 'lead.enriched', data => { leads => [lead_of($i, $text)],
            posts => [post_of($i, $text)] } });
    # Half of a surrogate pair, which JSON::PP does not write.
    $body =~ s/Zalgo|Z\xcc/\\ud800$&/g;
    my $r = cgi($home, body => $body);
    BAIL_OUT("not kept: $r->{log}") if $r->{status} != 200;
}
my $site = page_site(home => $home);
browse('hostile', page_config($site), texts => \@hostile,
    file => spew("$home/.run/texts", $json->encode(\@hostile)));
stop_all();
done_testing();
