#!/usr/bin/perl
# The morning's mail in a real browser, light and dark, at four widths: see
# t/page/digest.js.
use strict;
use warnings;
use Browser;
use JSON::PP ();
use Leadsheet;
use MIME::QuotedPrint qw(decode_qp);
use Page;
use Test::More;

# As it is in Perl's source: bytes.
my $json = JSON::PP->new->canonical;
my $n = 0;

sub lead {
    my ($name, $work, $what, %more) = @_;
    my ($job, $company) = split /, /, $work;
    $n++;
    return { urn => "u$n", full_name => $name, job_title => $job // '',
        company_name => $company // '', engagement_type => $what,
        reaction_type => $what eq 'reaction' ? 'PRAISE' : '',
        comment_text => '', signal_name => 'Dana Whitfield', post_id => 'p',
        linkedin_url => "https://www.linkedin.com/in/u$n", %more };
}

sub body {
    my @leads = @_;
    $n++;
    return $json->encode({ delivery_id => "d$n", event => 'lead.enriched',
        timestamp => 't', data => { leads => \@leads, posts => [{ id => 'p',
        url => 'https://www.linkedin.com/posts/dana_activity-1234567890',
        text => 'x', date => 't' }] } });
}

my @people = (
    lead('Amélie Lefèvre', 'Head of Growth, Brightwave', 'comment',
        comment_text => 'How do you handle the follow-ups?'),
    lead('Владимир Петров', 'Коммерческий директор, ООО «Ромашка»', 'comment',
        comment_text => 'Очень интересно! Можно ли подробнее?'),
    lead('محمد عبد الله', 'مدير المبيعات, شركة النور', 'comment',
        comment_text => 'هذا رائع، هل يمكننا التحدث غداً؟'),
    lead('佐藤 美咲', '営業部長, 株式会社さくら', 'reaction'),
    lead('A' x 59, 'B' x 59 . ', ' . 'C' x 59, 'comment',
        comment_text => 'D' x 240, signal_name => 'E' x 60),
    lead('', '', 'repost', linkedin_url => '', post_id => undef),
);
my @hostile = map { lead($_, "$_, $_", 'comment', comment_text => $_,
    signal_name => $_, linkedin_url => "https://example.org/$_") }
    '<script>bad=1</script>', '"><img src=x onerror=bad=1>', '</style></body>',
    '<!--', '&lt;b&gt;', "' onclick='bad=1";

# A mail's part as HTML, of a home with these deliveries.
sub mail {
    my ($settings, @bodies) = @_;
    my $home = home("[digest]\nto = you\@example.org\n"
        . "page = https://example.org/leads/\n$settings");
    my $at = CORE::time;
    keep($home, 'main', $_, $at) for @bodies;
    if ($settings =~ /nonsense/) {
        mkdir "$home/events";
        spew("$home/events/secret", secret() . "\n");
        spew("$home/events/disabled", '');
    }
    my $r = leadsheet($home, ['digest', '--message']);
    is($r->{exit}, 0, 'a mail is made') or diag($r->{err});
    cmp_ok(length $r->{out}, '<=', 30000, '  of no more than 30,000 bytes');
    my ($html) = $r->{out} =~ m{^Content-Type: text/html.*?\n\n(.*?)\n--}ms;
    return decode_qp($html);
}

today();
my @mails = (
    ['nothing', mail('')],
    ['a person', mail('', body($people[0]))],
    ['people', mail('', body(@people))],
    ['many', mail('', map { body(map { { %{$people[$_ % @people]},
        urn => "v$_-" . $n++, signal_name => 'S' . $_ % 30 } } 1 .. 20) } 1 .. 25)],
    ['strangers', mail("\n[nonsense]\nx = <b>&\n", body(@hostile))],
    ['no names', mail("names = no\n", body(@people))],
);
browse('digest', url => 'http://127.0.0.1:1', mails => [map { { name => $_->[0],
    html => JSON::PP->new->utf8->allow_nonref->decode($json->allow_nonref
        ->encode($_->[1])) } } @mails]);
done_testing();
