# How shops are written on cards and in payment paths, and what people call them. Rules first: what
# stands before a name (strip) and after it (noise, city, country) is the same for every shop; a line
# name is only for chains that many banks write in many ways. A name counts as an alias when all that
# follows it is noise, a number or two letters, so that APPLE STORE is Apple and APPLE ORCHARD is not.

strip SQ *
strip SQU *
strip TST*
strip SUMUP *
strip ZETTLE_*
strip IZ *
strip SP *
strip PAYPAL *
strip PP*
strip GOOGLE *
strip GOOGLEPAY *
strip STRIPE*
strip PADDLE.NET*
strip FS *
strip DRI*
strip 2CO.COM*
strip CCBILL.COM *
strip EB *
strip BC *
strip WPY*
strip ADYEN*
strip MOLLIE*
strip KLARNA*
strip RAZ*
strip RAZORPAY*
strip PAYU*
strip PAYTM*
strip PTM*
strip CCAVENUE*
strip BILLDESK*
strip MERCADOPAGO*
strip MERPAGO*
strip MP *
strip PAG*
strip PAGSEGURO*
strip EC *
strip IFD*
strip PAYSTACK*
strip FLW*
strip FLUTTERWAVE*
strip DLO*
strip EBANX*

noise store, stores, shop, branch, outlet, online, com, co, www, net, http, https, pvt, private, ltd
noise limited, llc, inc, corp, corporation, gmbh, sa, srl, spa, plc, pty, bv, ag, sarl, fze, fzc, est
noise india, uk, europe, international, intl, payment, payments, bill, retail, pos, tid, terminal, no
noise help, subscription, subs, membership, services, service, digital, ecom, ecommerce, marketplace
noise mktp, mktplace, trip, ride, order, food, upi, via, app, mobile, entertainment, media, technologies

country usa, gbr, are, ind, sau, egy, ken, nga, zaf, deu, fra, esp, ita, nld, bel, che, aut, pol, rou
country tur, pak, bgd, lka, npl, tha, vnm, idn, mys, sgp, phl, aus, nzl, can, mex, bra, arg, chl, col
country per, irl, lux, swe, nor, dnk, fin, qat, kwt, bhr, omn, jor, lbn, gha, tza, uga, rwa, eth, rus
country us, gb, ae, in, sa, eg, ke, ng, za, de, fr, es, it, nl, be, ch, at, pl, ro, tr, pk, bd, lk, np
country th, vn, id, my, sg, ph, au, nz, ca, mx, br, ar, cl, co, pe, ie, lu, se, no, dk, fi, qa, kw, bh
country om, jo, lb, gh, tz, ug, rw, et, ru, ua, kz, uz

city mumbai, bangalore, bengaluru, delhi, gurgaon, gurugram, noida, chennai, kolkata, hyderabad, pune
city ahmedabad, jaipur, lucknow, kochi, karachi, lahore, islamabad, dhaka, colombo, kathmandu, dubai
city sharjah, ajman, riyadh, jeddah, dammam, doha, manama, muscat, kuwait, amman, beirut, cairo
city alexandria, nairobi, mombasa, kampala, kigali, lagos, abuja, accra, johannesburg, durban, pretoria
city london, manchester, birmingham, dublin, luxembourg, amsterdam, rotterdam, berlin, hamburg, munich
city muenchen, frankfurt, vienna, wien, zurich, zuerich, geneva, paris, lyon, marseille, madrid
city barcelona, valencia, lisboa, lisbon, porto, milano, milan, roma, rome, warszawa, warsaw, krakow
city praha, prague, budapest, bucuresti, bucharest, istanbul, ankara, athens, stockholm, oslo
city copenhagen, helsinki, moscow, moskva, kyiv, almaty, tashkent, bangkok, hanoi, jakarta, singapore
city manila, kuala, lumpur, sydney, melbourne, brisbane, auckland, toronto, vancouver, seattle
city francisco, chicago, boston, miami, houston, dallas, mexico, bogota, lima, santiago, paulo, buenos
city aires

name Amazon = amazon, amzn, amzn mktp, amazon mktpl, amazon mktplace, amazon marketplace, amazon seller
name Amazon Prime = amazon prime, amzn prime, prime video, amazon prime video
name Amazon Web Services = aws, amazon web services
name Apple = apple, apple com bill, itunes, itunes com bill, apple itunes
name Google = google, google payment
name Google One = google one
name YouTube = youtube, youtubepremium, youtube premium, google youtube, google youtubepremium
name Netflix = netflix, netflix entertainment, netflix entertainment ser
name Spotify = spotify, spotify ab
name Disney+ = disneyplus, disney plus
name Microsoft = microsoft, msft, msbill info
name OpenAI = openai, openai chatgpt, chatgpt
name Uber Eats = uber eats, ubereats
name Uber = uber, uber trip, uber trip help uber, uber pending, uber ride, uber bv
name Bolt = bolt eu, bolt operations, bolt operations ou
name Lyft = lyft, lyft ride
name Grab = grab, grabpay, grabtaxi
name Careem = careem, careem networks
name Ola = olacabs, ola cabs, ani technologies
name Swiggy = swiggy, swiggy instamart, bundl technologies
name Zomato = zomato, zomato order
name Blinkit = blinkit, blink commerce
name Zepto = zepto, zeptonow, kiranakart, kiranakart technologies
name Flipkart = flipkart, flipkart internet, ekart
name Myntra = myntra, myntra designs
name BigBasket = bigbasket, innovative retail concepts
name DoorDash = doordash, dd doordash
name Deliveroo = deliveroo
name Talabat = talabat
name Foodpanda = foodpanda, food panda
name Glovo = glovo, glovoapp, glovo app
name Starbucks = starbucks, starbucks coffee
name McDonald's = mcdonalds, mcdonald, mc donalds, mcd
name KFC = kfc, kentucky fried chicken
name Burger King = burger king
name Subway = subway
name Domino's = dominos, dominos pizza, domino pizza
name Pizza Hut = pizza hut
name Dunkin' = dunkin, dunkin donuts
name Costa Coffee = costa coffee
name Carrefour = carrefour, carrefour hyper, carrefour market, carrefour express
name Lidl = lidl
name Aldi = aldi, aldi sued, aldi nord, aldi sud
name Tesco = tesco, tesco express, tesco extra
name Sainsbury's = sainsburys, sainsbury
name IKEA = ikea
name H&M = h m, hm, h m hennes
name Zara = zara
name Decathlon = decathlon, decathlon sports
name Walmart = walmart, wal mart, walmart supercenter, wm supercenter
name Costco = costco, costco whse, costco wholesale
name Target = target t
name 7-Eleven = 7 eleven, 7eleven, seven eleven
name Shell = shell oil
name Airbnb = airbnb
name Booking.com = booking com, booking com hotel, bookingcom
name Ryanair = ryanair
name Lulu Hypermarket = lulu hypermarket, lulu hyper market
name AliExpress = aliexpress, alipay aliexpress
name Shein = shein
name Temu = temu
name eBay = ebay
name Steam = steam, steampowered, steamgames, steam games, steam purchase
name PlayStation = playstation network, playstation
name Jumia = jumia, jumiapay
