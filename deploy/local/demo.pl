#!/usr/bin/perl
# A hundred made-up leads of the last five weeks, as LikesToLeads would deliver
# them; "up --demo" has the receiver take them.  Persons and companies are
# invented, and their addresses end in .example, which belongs to nobody.
#
# usage: perl demo.pl NOW     (in seconds since 1970)
#
# For each delivery two lines: when it comes (UTC), and its body.  The same day
# gives the same deliveries.
use strict;
use warnings;
use POSIX qw(strftime);

my $now = shift // time;
my $day = 86400;
my $seed = 17;

# The same numbers on every machine.
sub number {
    my ($below) = @_;
    $seed = ($seed * 1103515245 + 12345) & 0x7fffffff;
    return int($seed / 0x80000000 * $below);
}
sub one { return $_[number(scalar @_)] }

my @companies = (
    # name, industry, size, place
    ['Halvorn Systems', 'Software Development', '51-200', 'Oslo, Norway'],
    ['Tessaro Labs', 'Biotechnology Research', '11-50', 'Bologna, Italy'],
    ['Brandmoor Logistik GmbH', 'Transportation, Logistics and Storage', '201-500', 'Hamburg, Germany'],
    ['Quillmark & Daughters', 'Book Publishing', '2-10', 'Edinburgh, United Kingdom'],
    ['Ostvale Energy', 'Renewable Energy', '1001-5000', 'Denver, Colorado'],
    ['Kitazora Seisakusho', 'Industrial Machinery Manufacturing', '501-1000', 'Nagoya, Japan'],
    ['Vellamar Seguros', 'Insurance', '201-500', 'Valencia, Spain'],
    ['Pinewick Health', 'Hospitals and Health Care', '1001-5000', 'Manchester, United Kingdom'],
    ['Zahnrad 9', 'IT Services and IT Consulting', '11-50', 'Stuttgart, Germany'],
    ['Lumbrook Analytics', 'Software Development', '11-50', 'Austin, Texas'],
    ['Sorrelby Foods', 'Food and Beverage Manufacturing', '501-1000', 'Aarhus, Denmark'],
    ['Atelier Roncevau', 'Design Services', '2-10', 'Lyon, France'],
    ['Mirzan Trading', 'Wholesale', '51-200', 'Dubai, United Arab Emirates'],
    ['Northgable Bank', 'Financial Services', '5001-10000', 'Toronto, Canada'],
);
my @people = (
    # name, job, company's number
    ['Ingrid Solvang', 'Head of Partnerships', 0], ['Tarjei Myhre', 'Chief Technology Officer', 0],
    ['Aneta Wrzosek', 'Product Manager', 0], ['Bianca Tassoni', 'Founder', 1],
    ['Davide Orlandi-Ruggeri', 'Lab Operations Lead', 1], ['Jürgen Brandmöller', 'Leiter Einkauf', 2],
    ['Katharina Wüstefeld', 'Vertriebsleiterin', 2], ['Sönke Petersdorf', 'Disponent', 2],
    ['Ayşe Karadeniz', 'Key Account Managerin', 2], ['Morag Quillmark', 'Publisher', 3],
    ['Isla Threapwood', 'Rights Manager', 3], ['Marcus Ellingboe', 'VP of Sales', 4],
    ['Renee Castaway-Holt', 'Director of Grid Operations', 4], ['Tomás Iribarne', 'Site Manager', 4],
    ['佐久間 美月', '営業部長', 5], ['小野寺 拓海', '購買担当', 5],
    ['Núria Vellamar', 'Directora Comercial', 6], ['Íñigo Zubeldia', 'Responsable de Alianzas', 6],
    ['Priya Raghunathan', 'Procurement Director', 7], ['Gareth Pinewick', 'Chief Executive', 7],
    ['Folasade Adewumi', 'Head of Digital', 7], ['Siân Pryddech', 'Clinical Lead', 7],
    ['Matthias Zahn', 'Geschäftsführer', 8], ['Léonie Straubinger', 'Account Executive', 8],
    ['Олена Гайворонська', 'Керівниця розробки', 8], ['Casey Lumbrook', 'Co-Founder', 9],
    ['Jordan Abernethy-Pike', 'Growth Lead', 9], ['Nguyễn Thị Bảo Châu', 'Data Analyst', 9],
    ['Mette Sorrelby', 'Indkøbschef', 10], ['Rasmus Thorngaard', 'Export Manager', 10],
    ['Camille Roncevau', 'Directrice artistique', 11], ['Thibault de Lormière', 'Chef de projet', 11],
    ['ليلى المرزوقي', 'مديرة المبيعات', 12], ['خالد الزهراني', 'مدير التوريد', 12],
    ['अनन्या देशपांडे', 'Business Development Manager', 12], ['Claire Northgable', 'Vice President, Small Business', 13],
    ['Étienne Marchildon', 'Directeur des partenariats', 13], ['Wei-Lin Hargreave', 'Innovation Manager', 13],
    ['김하은', '마케팅 매니저', 5], ['Дмитро Сокиренко', 'Sales Engineer', 8],
    ['Oluwaseun Bakare-Lind', 'Revenue Operations', 9], ['Hanneke van Doorenbos', 'Supply Chain Lead', 10],
    ['Piotr Jałowiecki', 'Inside Sales', 2], ['Zuzana Havlíčková-Brož', 'Office Manager', 8],
    ['Beatriz Lamounier', 'Customer Success Lead', 6], ['Einar Guðbrandsson', 'Plant Manager', 4],
    ['Shira Ben-Avital', 'Head of Research', 1], ['Mihály Zsombori', 'Buyer', 10],
);
my @signals = (
    # who wrote the posts, and how often the posts of each are looked at
    'Helena Fairwright', 'Helena Fairwright', 'Jonas Keppeler', 'Jonas Keppeler', 'Amara Osei-Linden', 'Sofía Barrantes',
);
my %posts = (
    'Helena Fairwright' => [
        [33, "We asked forty buyers what makes them answer a cold e-mail.\n\nThe answer was the same in every industry: it has to be about them in the first line."],
        [16, "Our customer service answers the telephone again. Six months in, this is what changed:\n1. fewer tickets\n2. shorter tickets\n3. better sleep"],
        [4, "Hiring: two account executives, Edinburgh or remote. No quota in the first quarter."]],
    'Jonas Keppeler' => [
        [29, "Fünf Fragen, die ich jedem Lieferanten stelle, bevor ich einen Preis hören will. #einkauf #mittelstand"],
        [9, "Unser Lager läuft seit heute mit eigenem Sonnenstrom. 412 kWp auf dem Dach, und die Gabelstapler laden mittags."]],
    'Amara Osei-Linden' => [
        [22, "A pricing page that hides its prices is a contact form with extra steps."],
        [6, "Three things I got wrong in my first year as a founder, and the one I would do again."]],
    'Sofía Barrantes' => [
        [19, "¿Cuánto tarda su equipo en responder a un cliente nuevo? Medimos el nuestro durante un mes y no nos gustó la respuesta."]],
);
my @comments = ('This is exactly what we saw last quarter. Would you share the questions?',
    'Agreed, apart from the second point: in our trade the telephone still wins.',
    'We are looking into this right now. May I send you a message?',
    'Genau so. Wir haben das im Frühjahr umgestellt und es nicht bereut.',
    'Sehr guter Punkt! Wie habt ihr den Betriebsrat überzeugt?',
    'Nos pasó lo mismo. El primer paso fue medirlo.',
    'Merci pour le partage, très concret.',
    'とても参考になりました。ぜひ一度お話を伺いたいです。',
    'شكراً على هذه التجربة المفيدة.', 'How large was the team when you began?',
    'Дякую, беремо на озброєння.', 'Congratulations to the whole team 👏');
my @reactions = ('LIKE') x 6;
push @reactions, qw(PRAISE PRAISE INTEREST INTEREST EMPATHY APPRECIATION ENTERTAINMENT);

sub text {
    my ($text) = @_;
    return 'null' unless defined $text;
    $text =~ s/(["\\])/\\$1/g;
    $text =~ s/\n/\\n/g;
    return qq("$text");
}
sub object {
    my (@pairs) = @_;
    my @members;
    while (my ($name, $value) = splice @pairs, 0, 2) {
        push @members, qq("$name":$value);
    }
    return '{' . join(',', @members) . '}';
}
sub at { return strftime('%Y-%m-%dT%H:%M:%S', gmtime $_[0]) }
sub id { return sprintf '%08x-de30-4000-8000-%012x', $_[0], $_[1] }

# LinkedIn's numbers look like this one's; the tail tells people apart.
sub urn { return sprintf 'ACoAADemoDemoDemoDemo%04d', $_[0] }

sub post {
    my ($signal, $n) = @_;
    my ($ago, $text) = @{$posts{$signal}[$n]};
    my $number = 1 + $n + 10 * length $signal;
    my $written = int($now / $day) * $day - $ago * $day + 7 * 3600 + $number * 60;
    return { ago => $ago, id => id(0xb0b, $number), json => object(
        id => text(id(0xb0b, $number)),
        url => text("https://linkedin.example/posts/demo-activity-$number"),
        text => text($text), date => text(at($written) . '.000Z')) };
}

sub lead {
    my ($number, $signal, $post) = @_;
    my ($name, $job, $at) = @{$people[$number]};
    my ($company, $industry, $size, $place) = @{$companies[$at]};
    my $kind = one(('reaction') x 7, 'comment', 'comment', 'repost');
    return object(urn => text(urn($number)), full_name => text($name),
        headline => text("$job @ $company"), company_name => text($company),
        job_title => text($job), location => text($place),
        linkedin_url => text("https://linkedin.example/in/demo-$number"),
        engagement_type => text($kind), signal_name => text($signal),
        reaction_type => text($kind eq 'reaction' ? one(@reactions) : ''),
        comment_text => text($kind eq 'comment' ? one(@comments) : ''),
        connections => 80 + number(2900), followers => 100 + number(9000),
        industry => text($industry), company_size => text($size),
        post_id => text($post->{id}));
}

# Each has a time, and leads of one signal.  What came today came by now.
my ($left, $count, $midnight) = (100, 0, int($now / $day) * $day);
my @times;
for my $ago (reverse 0 .. 34) {
    my $date = $midnight - $ago * $day;
    my $weekend = strftime('%w', gmtime $date) =~ /[06]/;
    my $many = $weekend ? number(2) : 1 + number(3);
    $many ||= 1 if $ago == 0;
    my @of_day = map { $date + 6 * 3600 + number(13 * 3600) } 1 .. $many;
    # A day that has just begun has some as well, of its first minutes.
    @of_day = map { $midnight + int(($now - $midnight) * $_ / 4) } 1 .. 3
        if $ago == 0;
    push @times, sort { $a <=> $b } @of_day;
}
for my $i (0 .. $#times) {
    my $time = $times[$i];
    my $ago = int(($midnight + $day - 1 - $time) / $day);
    my $signal = one(@signals);
    # Of a post that was written by then.
    my @written = grep { $posts{$signal}[$_][0] >= $ago } 0 .. $#{$posts{$signal}};
    ($signal, @written) = ('Helena Fairwright', 0) unless @written;
    my $post = post($signal, $written[$#written]);
    # So many that a hundred have come in the end.
    my $leads = int($left / (@times - $i));
    $leads += number(3) - 1 if $i < $#times && $leads > 1;
    $leads = $left if $i == $#times || $leads > $left;
    $left -= $leads;
    my %taken;
    while (keys %taken < $leads) { $taken{number(scalar @people)} = 1 }
    my @leads = map { lead($_, $signal, $post) } sort { $a <=> $b } keys %taken;
    $count++;
    print strftime('%Y-%m-%d %H:%M:%S', gmtime $time), "\n";
    print object(delivery_id => text(id(int($time / $day), $count)),
        event => text('lead.enriched'),
        timestamp => text(at($time - 90) . '.000000+00:00'),
        data => object(leads => '[' . join(',', @leads) . ']',
            posts => "[$post->{json}]", count => scalar @leads)), "\n";
}
