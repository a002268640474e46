"""TLDS: the top-level domains under which people have sites.

All country codes and the scripts of the world are here, and every generic name under which
anybody may register. What only one company may use (`.bmw`, `.walmart`) is left out: nobody
pastes such an address without `https://`, while many of these names are ordinary words.

Source: IANA, Root Zone Database, as of October 2026; who runs a name, by Public Suffix List.
"""

_COUNTRIES = """
ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt
bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg
er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn
hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li
lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne
nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb
sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr
tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
"""

_GENERIC = """
abogado abudhabi academy accountant accountants actor adult aero africa agency airforce alsace
amsterdam apartments app arab archi army art asia associates attorney auction audio auto autos
baby band bank bar barcelona bargains basketball bayern bcn beauty beer berlin best bet bible
bid bike bingo bio biz black blackfriday blue boats bond boo boston bot boutique box broker
brussels build builders business buzz bzh cab cafe cal cam camera camp capetown capital car
cards care career careers cars casa case cash casino cat catering catholic center ceo cern cfd
channel charity chat cheap christmas church city claims cleaning click clinic clothing cloud
club coach codes coffee college cologne com community company compare computer condos
construction consulting contact contractors cooking cool coop corsica country coupons courses
credit creditcard creditunion cricket cruises cymru cyou dad dance date dating day dds deal
dealer deals degree delivery democrat dental dentist desi design dev diamonds diet digital
direct directory discount diy doctor dog domains download dubai durban earth eco edu education
email energy engineer engineering enterprises equipment esq estate eus events exchange expert
exposed express fail faith family fan fans farm fashion fast feedback film final finance
financial fish fishing fit fitness flights florist flowers foo food football forex forsale forum
foundation free frl fun fund furniture futbol fyi gal gallery game games garden gay gent gift
gifts gives giving glass global gmbh gold golf gop gov graphics gratis green gripe group guide
guitars guru hair hamburg haus health healthcare helsinki hiphop hiv hockey holdings holiday
homes horse hospital host hosting hot hotel house how icu immo immobilien inc industries info
ing ink institute insurance insure int international investments irish ist istanbul jetzt
jewelry jobs joburg juegos kaufen kids kim kitchen kiwi koeln kosher krd kyoto land lat law
lawyer lds lease legal lgbt life lifestyle lighting limited limo link live living llc llp loan
loans locker locus lol london lotto love ltd ltda luxe luxury madrid maison makeup management
market marketing markets mba med media melbourne meme memorial men menu miami mil mobi moda moe
moi mom money monster mormon mortgage moscow moto motorcycles mov movie museum music nagoya name
navy net network new news nexus ngo ninja now nowruz nrw nyc okinawa one ong onl online ooo org
organic osaka page paris partners parts party pet pharmacy phd photo photography photos physio
pics pictures pid pink pizza place plumbing plus poker porn post press pro productions prof
promo properties property protection pub quebec quest racing radio realestate realtor realty
recipes red rehab reise reisen reit ren rent rentals repair report republican rest restaurant
review reviews rich rio rip rocks rodeo rsvp rugby ruhr run ryukyu saarland sale salon sarl sbs
scholarships school schule science scot security select services sex sexy shia shiksha shoes
shop shopping show singles site ski skin soccer social software solar solutions soy space sport
spot srl stockholm storage store stream studio study style sucks supplies supply support surf
surgery swiss sydney systems taipei talk tatar tattoo tax taxi tci team tech technology tel
tennis theater theatre tickets tienda tips tires tirol today tokyo tools top tours town toys
trade trading training travel trust tube university uno vacations vegas ventures versicherung
vet viajes video villas vin vip vision vlaanderen vodka vote voting voto voyage wales wang watch
watches webcam website wed wedding wien wiki win wine work works world wtf xin xxx xyz yachts
yoga yokohama you zip zone zuerich
"""

_OTHER_SCRIPTS = """
ελ ευ бг бел дети ею католик ком мкд мон москва онлайн орг рус рф сайт срб укр қаз հայ ישראל
קום ابوظبي الاردن البحرين الجزائر السعودية السعوديه السعودیة السعودیۃ المغرب اليمن امارات
ايران ایران بارت بازار بھارت تونس سودان سوريا سورية شبكة عراق عرب عمان فلسطين قطر كاثوليك كوم
مصر مليسيا موريتانيا موقع پاكستان پاکستان ڀارت कॉम नेट भारत भारतम् भारोत संगठन বাংলা ভারত ভাৰত
ਭਾਰਤ ભારત ଭାରତ இந்தியா இலங்கை சிங்கப்பூர் భారత్ ಭಾರತ ഭാരതം ලංකා คอม ไทย ລາວ გე みんな コム
世界 中国 中國 中文网 企业 佛山 信息 健康 公司 公益 台湾 台灣 商城 商店 商标 在线 天主教 娱乐
广东 慈善 我爱你 手机 招聘 政务 政府 新加坡 新闻 时尚 机构 游戏 澳門 澳门 移动 组织机构 网址
网店 网站 网络 臺灣 购物 集团 餐厅 香港 닷넷 닷컴 한국
"""

TLDS = frozenset(f"{_COUNTRIES} {_GENERIC} {_OTHER_SCRIPTS}".split())
