package PageFiles;

# The page by plain CGI, as a reader who has logged in, or a spreadsheet, finds
# it; and what the command line says of the same leads.

use strict;
use warnings;
use Exporter qw(import);
use File::Path qw(make_path);
use Leadsheet;
use Test::More;

our @EXPORT = qw(readers visit form visitor visitor_of_all feed exported same_rows);

my $password = 'kq7dm-2pxwa-9hzte-r4vjs';

# Who may look: names, each with the endpoints behind it.
sub readers {
    my ($home, @lines) = @_;
    make_path("$home/page");
    spew("$home/page/readers", join '', map {
        my ($name, @endpoints) = split / /;
        join(' ', $name, $password, @endpoints) . "\n" } @lines);
    return;
}

# A request of the page; env as cgi() takes it.
sub visit {
    my ($home, $path, $query, %o) = @_;
    my $body = $o{body} // '';
    my $r = cgi($home, program => builddir() . '/page/leadsheet-page.fcgi',
        body => $body, ($o{wrap} ? (wrap => $o{wrap}) : ()), env => {
            REQUEST_METHOD => $o{method} // 'GET', SCRIPT_NAME => '/leads',
            PATH_INFO => $path, QUERY_STRING => $query // '',
            HTTP_HOST => 'leads.example', REMOTE_ADDR => '192.0.2.1',
            SERVER_ADDR => '192.0.2.9', HTTP_X_WEBHOOK_SIGNATURE => undef,
            CONTENT_TYPE => $body eq '' ? undef
                : 'application/x-www-form-urlencoded',
            CONTENT_LENGTH => $body eq '' ? undef : length $body,
            (map { /SAN_OPTIONS|^TMPDIR$/ ? ($_ => $ENV{$_}) : () } keys %ENV),
            HTTP_COOKIE => $o{cookie}, %{$o{env} // {}} });
    return $r;
}

# A form that was filled in and sent from a page of ours.
sub form {
    my ($home, $path, $cookie, %fields) = @_;
    return visit($home, $path, '', method => 'POST', cookie => $cookie,
        env => { HTTP_ORIGIN => 'https://leads.example' },
        body => join '&', map { "$_=" . escape($fields{$_}) } sort keys %fields);
}

sub escape {
    my ($text) = @_;
    return $text =~ s/([^A-Za-z0-9._-])/sprintf '%%%02X', ord $1/ger;
}

# The cookie of somebody who has logged in.
sub visitor {
    my ($home, $name) = @_;
    my $r = form($home, '/login', undef, name => $name, password => $password);
    my ($cookie) = ($r->{headers}{'set-cookie'} // '') =~ /^([^;]+)/;
    ok(defined $cookie, "    ($name logs in)") or diag(explain($r));
    return $cookie;
}

# The cookie of somebody who has logged in, once all leads are looked up: a
# second's worth each time, which on a busy machine isn't much.
sub visitor_of_all {
    my ($home, $name) = @_;
    my $cookie = visitor($home, $name);
    wait_for(sub { visit($home, '/leads', 'as=csv', cookie => $cookie)->{status}
        != 503 }) or diag('the leads are never all looked up');
    return $cookie;
}

# What a spreadsheet gets.
sub feed {
    my ($home, $token, $query, %o) = @_;
    return visit($home, "/feed/$token.csv", $query, %o);
}

# What "leadsheet export" or another command says.
sub exported {
    my ($home, @words) = @_;
    my $r = leadsheet($home, @words && $words[0] eq 'people' ? [@words]
        : ['export', @words]);
    is($r->{exit}, 0, "    (@words)") or diag($r->{err});
    return $r->{out};
}

# Are the rows of a file the same as of another one, the last first?
sub same_rows {
    my ($got, $of, $what, %o) = @_;
    my ($end) = $of =~ /\r\n/ ? "\r\n" : "\n";
    my @got = split /$end/, $got;
    my @of = split /$end/, $of;
    my @head = $o{no_head} ? () : (shift @of);
    @of = reverse @of;
    if ($o{any_order}) {
        my @first = $o{no_head} ? () : (shift @got);
        @got = (@first, sort @got);
        @of = sort @of;
    }
    is_deeply(\@got, [@head, @of], $what);
    return;
}

1;
