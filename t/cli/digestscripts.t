#!/usr/bin/perl
# Mails of many scripts: what Python's email module reads in one is what came,
# character by character.
use strict;
use warnings;
use utf8;
use Leadsheet;
use Mail;
use Test::More;

$ENV{LC_ALL} = 'C.UTF-8';
binmode $_, ':encoding(UTF-8)' for map { Test::More->builder->$_ }
    qw(output failure_output todo_output);

# A name, a company, a comment, a signal.
my %scripts = (
    'Latin with accents' => ['Zoë Ångström-Łukasiewicz', 'Øresund Çağ', 'Très bien, señor Ñandú!', 'Jürgen Straße'],
    'Vietnamese' => ['Nguyễn Thị Ánh', 'Cà phê Việt', 'Rất hay, cảm ơn bạn', 'Trần Đức'],
    'Cyrillic' => ['Екатерина Щербакова', 'Ромашка', 'Отличный пост!', 'Їжак Ґалаґан'],
    'Greek' => ['Αλέξανδρος Παπαδόπουλος', 'Ελληνικά Έργα', 'Πολύ ενδιαφέρον', 'Ζωή'],
    'Arabic' => ['محمد الحسن', 'شركة الأمل', 'شكرا جزيلا', 'فاطمة'],
    'Hebrew' => ['נועה כהן', 'חברת שמש', 'תודה רבה', 'דוד לוי'],
    'Persian' => ['مریم پژوهش', 'گروه چای', 'خیلی ممنون', 'کیان'],
    'Devanagari' => ['अनिल शर्मा', 'भारत उद्योग', 'बहुत अच्छा', 'प्रिया'],
    'Bengali' => ['রহিম উদ্দিন', 'ঢাকা শিল্প', 'খুব ভালো', 'মিতা'],
    'Tamil' => ['கண்ணன் முருகன்', 'தமிழ் நிறுவனம்', 'மிக நன்று', 'லட்சுமி'],
    'Thai' => ['สมชาย ใจดี', 'บริษัทไทย', 'ดีมากครับ', 'มาลี'],
    'Georgian' => ['ნინო ბერიძე', 'თბილისი', 'ძალიან კარგი', 'გიორგი'],
    'Armenian' => ['Արամ Հակոբյան', 'Երևան', 'Շատ լավ է', 'Անի'],
    'Hangul' => ['김민수', '서울상사', '정말 좋아요', '박지영'],
    'Han' => ['王小明', '北京公司', '非常好的文章', '李雷'],
    'Kana' => ['さくら タナカ', 'サンプル', 'おめでとうございます', 'ひろし'],
    'Ethiopic' => ['አበበ ቢቂላ', 'አዲስ አበባ', 'በጣም ጥሩ', 'ሰላም'],
    'Khmer' => ['សុខា ចាន់', 'ភ្នំពេញ', 'ល្អណាស់', 'ដារា'],
    'Sinhala' => ['නිමල් පෙරේරා', 'කොළඹ', 'ඉතා හොඳයි', 'සුනිල්'],
    'Telugu' => ['రమేష్ రెడ్డి', 'హైదరాబాద్', 'చాలా బాగుంది', 'సీత'],
    'Tibetan' => ['བཀྲ་ཤིས', 'ལྷ་ས', 'ཡག་པོ་འདུག', 'པདྨ'],
    'Cherokee' => ['ᏣᎳᎩ ᎠᏰᎵ', 'ᏌᏊ', 'ᎣᏍᏓ', 'ᏩᏙ'],
    'emoji with ZWJ' => ["Ana \x{1f469}\x{200d}\x{1f4bb}", "\x{1f3f3}\x{fe0f}\x{200d}\x{1f308} Co", "\x{1f44d}\x{1f3fd} \x{1f1e9}\x{1f1ea} \x{2764}\x{fe0f}", "Sig \x{1f468}\x{200d}\x{1f469}\x{200d}\x{1f467}"],
    'the supplementary plane' => ["\x{1d4d0}\x{1d4f7}\x{1d4f7}\x{1d4ea}", "\x{20bb7}\x{91ce}\x{5bb6}", "\x{10348}\x{1f600}\x{2f81a}", "\x{1e922}\x{1e923}"],
    'marks that combine' => ["Zoe\x{308} e\x{301}\x{323}", "A\x{30a} B", "n\x{303}o", "u\x{308}"],
    'what headers and quoted-printable are made of' => ['=?UTF-8?B?QQ==?= =41', 'From x', '.=3D =', "Bcc: a\@b.example"],
);
cmp_ok(scalar keys %scripts, '>=', 20, 'twenty scripts, and more');

# What HTML says as text.
sub as_text {
    my ($html) = @_;
    my %names = (amp => '&', lt => '<', gt => '>', quot => '"');
    $html =~ s/<style.*?<\/style>//s;
    $html =~ s/<[^>]*>//g;
    $html =~ s/&(?:#(\d+)|(\w+));/defined $1 ? chr $1 : $names{$2} \/\/ "&$2;"/ge;
    return $html;
}

for my $script (sort keys %scripts) {
    my ($name, $company, $comment, $signal) = @{$scripts{$script}};
    my $home = home(conf_of());
    my $slug = $script =~ s/\W+/-/gr;
    deliver($home, [\person($name, company_name => $company,
        comment_text => $comment, signal_name => $signal,
        linkedin_url => "https://x.example/in/$slug")]);
    my $r = digest($home);
    is("$r->{exit} $r->{err}", '0 ', "$script: it is mailed");
    my ($mail) = mailed();
    is_deeply($mail->{wrong}, [], '  as the RFCs have it');
    for (['text', $mail->{text}], ['HTML', as_text($mail->{html})]) {
        my ($what, $text) = @$_;
        # A text is broken between words.
        (my $flat = $text) =~ s/\s+/ /g;
        is(join(' | ', grep { index($flat, $_) == -1 } $name, $company,
            $comment, $signal), '', "  all of it is in the $what")
            or diag($text);
        unlike($text, qr/\x{fffd}/, '    and nothing was lost');
    }
    my $printed = digest($home, ['--print', '--again'])->{out};
    ok(utf8::is_utf8($printed) || utf8::decode($printed),
        '  and --print is UTF-8');
}

# All of them in one.
{
    my $home = home(conf_of());
    deliver($home, [map { my $s = $scripts{$_}; \person($s->[0],
        company_name => $s->[1], comment_text => $s->[2],
        signal_name => $s->[3]) } sort keys %scripts]);
    digest($home);
    my ($mail) = mailed();
    is_deeply($mail->{wrong}, [], 'all in one: as the RFCs have it');
    cmp_ok($mail->{bytes}, '<=', 30_000, '  and short');
    my $named = grep { index($mail->{text}, $_->[0]) != -1 } values %scripts;
    cmp_ok($named, '>=', 15, "  with $named of them by name");
}

# The name of an endpoint, of the sender, and of this machine are what stands in
# the header: there is nothing else in it that comes from outside.
{
    my $home = home(conf_of());
    deliver($home, ["x\nBcc: evil\@e.example\r\n\r\n<script>"]);
    digest($home);
    my ($mail) = mailed();
    is(join(' ', @{$mail->{names}}), 'From To Subject Date Message-ID '
        . 'Auto-Submitted MIME-Version Content-Type',
        'a name with line ends makes no line of the header');
    unlike($mail->{html}, qr/<script/, '  and no element of the page');
    is($mail->{parts}, 2, '  and no part');
}

done_testing();
