# Banks of India. Every example is invented: people, shops, numbers and references are nobody's.

bank HDFC Bank
country IN
sender HDFCBK, HDFCBN, HDFCBANK

template hdfc-upi-sent
says transaction debit channel=upi account=bank_account currency=INR
text Sent {amount}
 From HDFC Bank A/C {account}
 To {merchant}
 On {date}
 Ref {ref}
 [Not You?
 {any}]
example Sent Rs.318.00
 From HDFC Bank A/C *5521
 To BINDU VEG MART
 On 04/05/26
 Ref 612409118273
 Not You?
 Call 18001234567/SMS BLOCK UPI to 7300000000
is amount=318.00; currency=INR; direction=debit; merchant=BINDU VEG MART; account=5521; reference=612409118273

template hdfc-card-spent
says transaction debit kind=purchase channel=card currency=INR
text Spent {amount} On HDFC Bank Card {account} At {merchant} On {date}[:{time}]. Not You? {any}
example Spent Rs.1240 On HDFC Bank Card 7719 At KAVYA BOOK HOUSE On 2026-05-04:18:12:44.Not You? To Block+Reissue Call 18001234567/SMS BLOCK CC 7719 to 7300000000
is amount=1240.00; currency=INR; merchant=KAVYA BOOK HOUSE; account=7719; kind=purchase; reference=

bank ICICI Bank
country IN
sender ICICIB, ICICIT, ICICIBANK

template icici-upi-debit
says transaction debit channel=upi account=bank_account currency=INR
text ICICI Bank Acct {account} debited for {amount} on {date}; {merchant} credited. UPI:{ref}. Call {any}
example ICICI Bank Acct XX904 debited for Rs 96.00 on 04-May-26; NILGIRI TEA STALL credited. UPI:612409118299. Call 18001234 for dispute. SMS BLOCK 904 to 9200000000.
is amount=96.00; merchant=NILGIRI TEA STALL; account=904; reference=612409118299; direction=debit

template icici-card-spent
says transaction debit kind=purchase channel=card currency=INR
text {amount} spent using ICICI Bank Card {account} on {date} on {merchant}. Avl Limit: {limit}.[ If not you, {any}]
example INR 2,315.50 spent using ICICI Bank Card XX6630 on 04-May-26 on VASANT SHOES. Avl Limit: INR 81,004.50. If not you, call 18001234/SMS BLOCK 6630 to 9200000000.
is amount=2315.50; merchant=VASANT SHOES; account=6630; credit_limit=81004.50; kind=purchase

bank State Bank of India
country IN
sender SBIUPI, SBIINB, ATMSBI, CBSSBI, SBIPSG, SBYONO

template sbi-upi-debit
says transaction debit channel=upi account=bank_account currency=INR
text Dear UPI user A/C {account} debited by {amount} on date {date} trf to {merchant} Refno {ref}[ {any}]
example Dear UPI user A/C X3380 debited by 75.0 on date 04May26 trf to ANAND SWEETS Refno 612409118300. If not u? call 1800000000. -SBI
is amount=75.00; currency=INR; merchant=ANAND SWEETS; account=3380; reference=612409118300

bank Kotak Mahindra Bank
country IN
sender KOTAKB, KOTAKD

template kotak-upi-sent
says transaction debit channel=upi account=bank_account currency=INR
text Sent {amount} from Kotak Bank AC {account} to {merchant} on {date}. UPI Ref {ref}. Not you, {any}
example Sent Rs.410.00 from Kotak Bank AC X2204 to leela.stores@okexample on 04-05-26.UPI Ref 612409118311. Not you, https://example.in/fraud
is amount=410.00; merchant=leela.stores; account=2204; reference=612409118311

template kotak-upi-received
says transaction credit channel=upi account=bank_account currency=INR
text Received {amount} in your Kotak Bank AC {account} from {merchant} on {date}. UPI Ref:{ref}.
example Received Rs.980.00 in your Kotak Bank AC X2204 from harish.nair@okexample on 04-05-26.UPI Ref:612409118322.
is amount=980.00; direction=credit; merchant=harish.nair; account=2204; reference=612409118322

bank Axis Bank
country IN
sender AXISBK, AXISBN

template axis-upi-debit
says transaction debit channel=upi account=bank_account currency=INR
text {amount} debited
 A/c no. {account}
 {date}, {time}
 UPI/P2M/{ref}/{merchant}
 Not you? {any}
example INR 145.00 debited
 A/c no. XX8102
 04-05-26, 09:41:07
 UPI/P2M/612409118333/ORCHID PHARMACY
 Not you? SMS BLOCKUPI Cust ID to 919900000000
 Axis Bank
is amount=145.00; merchant=ORCHID PHARMACY; account=8102; reference=612409118333

template axis-card-spent
says transaction debit kind=purchase channel=card currency=INR
text Spent {amount}
 Axis Bank Card no. {account}
 {date} {time} IST
 {merchant}
 Avl Limit: {limit}
 Not you? {any}
example Spent INR 655
 Axis Bank Card no. XX4417
 04-05-26 20:15:33 IST
 GODAVARI GRILL
 Avl Limit: INR 45210.25
 Not you? SMS BLOCK 4417 to 919900000000
is amount=655.00; merchant=GODAVARI GRILL; account=4417; credit_limit=45210.25
