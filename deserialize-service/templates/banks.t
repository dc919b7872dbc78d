# Banks and wallets that have no template, for whose money their texts mean: the country of a sender
# settles a sign that several currencies share, and a sum without one.

bank Access Bank
country NG
sender ACCESSBANK

bank United Bank for Africa
country NG
sender UBA

bank Guaranty Trust Bank
country NG
sender GTBank, GTB

bank Zenith Bank
country NG
sender ZENITHBANK, Zenith

bank First Bank of Nigeria
country NG
sender FirstBank, FBNMOBILE

bank Opay
country NG
sender OPay

bank PalmPay
country NG
sender PalmPay

bank Kuda
country NG
sender Kuda

bank Moniepoint
country NG
sender Moniepoint

bank Fidelity Bank
country NG
sender FidelityBK

bank Jaiz Bank
country NG
sender Jaiz, JaizBank

bank Sterling Bank
country NG
sender Sterling, SterlingBnk

bank Wema Bank
country NG
sender Wema, ALAT

bank MTN Mobile Money Ghana
country GH
sender MobileMoney

bank Ecobank Ghana
country GH
sender EcobankGH

bank Equity Bank
country KE
sender EQUITYBANK, EQUITEL

bank KCB
country KE
sender KCB, KCBGROUP

bank Co-operative Bank of Kenya
country KE
sender CoopBank

bank NCBA Loop
country KE
sender NCBA, Loop b2c

bank CRDB Bank
country TZ
sender CRDB BANK, CRDB

bank NMB Tanzania
country TZ
sender NMB, NMB BANK

bank Mixx by Yas
country TZ
sender MIXX BY YAS, TIGOPESA

bank Selcom Pesa
country TZ
sender Selcom Pesa

bank Commercial Bank of Ethiopia
country ET
sender CBE, CBEBirr

bank telebirr
country ET
sender telebirr

bank Dashen Bank
country ET
sender DashenBank

bank Awash Bank
country ET
sender Awash Bank

bank Bank of Abyssinia
country ET
sender BankofAbyssinia

bank Zemen Bank
country ET
sender Zemen Bank

bank e-Mola
country MZ
sender eMola

bank Millennium BIM
country MZ
sender Mbim, MillenniumBIM

bank First National Bank
country ZA
sender FNB

bank Absa
country ZA
sender ABSA

bank Capitec
country ZA
sender Capitec

bank Nedbank
country ZA
sender NEDBANK

bank Standard Bank
country ZA
sender StandardBank

bank CIB
country EG
sender CIB

bank National Bank of Egypt
country EG
sender NBE

bank Banque Misr
country EG
sender BanqueMisr

bank QNB Alahli
country EG
sender QNBALAHLI

bank Attijariwafa Bank
country MA
sender ATTIJARI

bank Banco Nacional de Costa Rica
country CR
sender BNCR

bank Bancolombia
country CO
sender Bancolombia, 85540, 87400

bank Davivienda
country CO
sender Davivienda

bank Nequi
country CO
sender Nequi

bank Banco de Bogota
country CO
sender BcoBogota

bank BBVA Mexico
country MX
sender BBVAMX, BBVA Mexico

bank Banorte
country MX
sender Banorte

bank Banco de Chile
country CL
sender BancoChile, Banco de Chile

bank BancoEstado
country CL
sender BancoEstado

bank Banco Galicia
country AR
sender GALICIA

bank Mercado Pago Argentina
country AR
sender MercadoPagoAR

bank Interbank
country PE
sender Interbank

bank Sampath Bank
country LK
sender SAMPATHTXN, SAMPCCTXN, SAMPATH

bank Commercial Bank of Ceylon
country LK
sender COMBANK

bank Hatton National Bank
country LK
sender HNB, HNBALERT

bank National Savings Bank
country LK
sender NSB

bank Nations Trust Bank
country LK
sender NationsSMS

bank NDB Bank
country LK
sender NDB ALERT

bank Habib Bank
country PK
sender HBL

bank Meezan Bank
country PK
sender MEEZAN, Meezan Bank

bank Faysal Bank
country PK
sender FBL, FaysalBank

bank United Bank Pakistan
country PK
sender UBL, 8225

bank Allied Bank
country PK
sender ABL

bank MCB Bank
country PK
sender MCB, MCBLIVE

bank JazzCash
country PK
sender JazzCash

bank Easypaisa
country PK
sender Easypaisa

bank Nabil Bank
country NP
sender NABIL_ALERT

bank Siddhartha Bank
country NP
sender SBL_Alert

bank NMB Nepal
country NP
sender NMB_ALERT

bank Laxmi Sunrise Bank
country NP
sender LAXMI_ALERT

bank Machhapuchchhre Bank
country NP
sender MBL_ALERT

bank Everest Bank
country NP
sender EBL_ALERT

bank Global IME Bank
country NP
sender GIBL_ALERT

bank Nepal Bank
country NP
sender NBL_Alert

bank Prime Commercial Bank
country NP
sender PRIME_ALERT

bank Manjushree Finance
country NP
sender MFL_ALERT

bank Standard Chartered Nepal
country NP
sender SC_ALERT

bank eSewa
country NP
sender eSewa

bank DBS Singapore
country SG
sender DBS, DBS Bank

bank OCBC
country SG
sender OCBC

bank BDO Unibank
country PH
sender BDO

bank BPI
country PH
sender BPI

bank GCash
country PH
sender GCash

bank Maya
country PH
sender Maya

bank Commonwealth Bank
country AU
sender CommBank

bank Westpac
country AU
sender Westpac

bank ANZ
country AU
sender ANZ

bank Scotiabank
country CA
sender Scotiabank

bank HSBC Hong Kong
country HK
sender HSBC HK

bank Arab Bank
country JO
sender ArabBank

bank Emirates NBD
country AE
sender EmiratesNBD, EmiratesNB, ENBD

bank First Abu Dhabi Bank
country AE
sender FAB

bank Mashreq
country AE
sender Mashreq

bank Al Rajhi Bank
country SA
sender AlRajhiBank

bank Alinma Bank
country SA
sender Alinma

bank Bank Muscat
country OM
sender BankMuscat

bank Charles Schwab
country US
sender SCHWAB, CHARLES SCHWAB, SCHWAB BANK

bank Huntington Bank
country US
sender HUNTINGTON, Huntington Bank

bank Navy Federal Credit Union
country US
sender NAVYFED, NFCU

bank Discover
country US
sender DISCOVER

bank Wells Fargo
country US
sender WELLSFARGO

bank Bank of America
country US
sender BofA

bank Capital One
country US
sender CapitalOne

bank ADCB
country AE
sender ADCB, ADCBAlert

bank Dubai Islamic Bank
country AE
sender DIB, DubaiIslamic

bank Abu Dhabi Islamic Bank
country AE
sender ADIB

bank RAKBANK
country AE
sender RAKBANK

bank Commercial Bank of Dubai
country AE
sender CBD

bank Liv
country AE
sender Liv, LivBank

bank Wio
country AE
sender Wio, WioBank

bank Ajman Bank
country AE
sender AjmanBank

bank Sharjah Islamic Bank
country AE
sender SIB

bank Saudi National Bank
country SA
sender SNB-AlAhli, SNB, AlAhliBank, NCB

bank Riyad Bank
country SA
sender RiyadBank

bank Saudi Awwal Bank
country SA
sender SAB, SABB

bank Banque Saudi Fransi
country SA
sender BSF, FransiSMS

bank Arab National Bank
country SA
sender ANB

bank Bank Albilad
country SA
sender BankAlbilad, Albilad

bank Bank AlJazira
country SA
sender BankAlJazira, AlJazira

bank STC Bank
country SA
sender stc bank, stcpay

bank D360 Bank
country SA
sender D360, D360Bank

bank barq
country SA
sender barq

bank urpay
country SA
sender urpay

bank National Bank of Oman
country OM
sender NBO

bank Sohar International
country OM
sender SoharIntl, Sohar

bank BankDhofar
country OM
sender BankDhofar

bank Bank Nizwa
country OM
sender BankNizwa

bank Oman Arab Bank
country OM
sender OAB

bank National Bank of Kuwait
country KW
sender NBK

bank Kuwait Finance House
country KW
sender KFH

bank Boubyan Bank
country KW
sender Boubyan

bank Burgan Bank
country KW
sender Burgan

bank Gulf Bank
country KW
sender GulfBank

bank Qatar National Bank
country QA
sender QNB

bank Commercial Bank of Qatar
country QA
sender CBQ

bank Qatar Islamic Bank
country QA
sender QIB

bank Doha Bank
country QA
sender DohaBank

bank Bank of Bahrain and Kuwait
country BH
sender BBK

bank National Bank of Bahrain
country BH
sender NBB

bank BenefitPay
country BH
sender BenefitPay, Benefit

bank Housing Bank
country JO
sender HousingBank, HBTF

bank Bank al Etihad
country JO
sender Bank al Etihad, BankEtihad

bank Cairo Amman Bank
country JO
sender CAB

bank Vodafone Cash Egypt
country EG
sender VF-Cash, Vodafone Cash

bank InstaPay Egypt
country EG
sender InstaPay

bank Banque du Caire
country EG
sender BDC

bank Alexbank
country EG
sender AlexBank

bank Zain Cash
country IQ
sender ZainCash

bank Rafidain Bank
country IQ
sender Rafidain

bank Bank Melli Iran
country IR
sender BankMelli, BMI

bank Bank Mellat
country IR
sender Bank Mellat, Mellat

bank Bank Saderat Iran
country IR
sender Saderat, BankSaderat

bank Bank Tejarat
country IR
sender Tejarat, BankTejarat

bank Parsian Bank
country IR
sender Parsian, ParsianBank

bank Bank Pasargad
country IR
sender Pasargad, BankPasargad

bank Saman Bank
country IR
sender Saman, SamanBank

bank Refah Bank
country IR
sender Refah, RefahBank

bank Blu Bank
country IR
sender blu, BluBank

bank Bank Resalat
country IR
sender Resalat

bank Garanti BBVA
country TR
sender GarantiBBVA, GARANTI

bank Isbank
country TR
sender ISBANKASI, ISBANK

bank Akbank
country TR
sender AKBANK

bank Yapi Kredi
country TR
sender YAPIKREDI

bank Ziraat Bankasi
country TR
sender ZIRAATBANK, ZIRAAT

bank SadaPay
country PK
sender SadaPay

bank NayaPay
country PK
sender NayaPay

bank Bank Alfalah
country PK
sender BankAlfalah, Alfalah

bank Askari Bank
country PK
sender Askari

bank Bank Al Habib
country PK
sender BankAlHabib

bank NIC Asia Bank
country NP
sender NICASIA, NICA_ALERT

bank Prabhu Bank
country NP
sender Prabhu, PRABHU_ALERT

bank Kumari Bank
country NP
sender KUMARI, KBL_ALERT

bank Sanima Bank
country NP
sender SANIMA

bank Citizens Bank International
country NP
sender CITIZENS, CBIL_ALERT

bank Muktinath Bikas Bank
country NP
sender MUKTINATH

bank Khalti
country NP
sender Khalti

bank IME Pay
country NP
sender IMEPAY

bank Bank of Ceylon
country LK
sender BOC

bank Peoples Bank Sri Lanka
country LK
sender PeoplesBank

bank Seylan Bank
country LK
sender SEYLAN

bank DFCC Bank
country LK
sender DFCC

bank FriMi
country LK
sender FriMi

bank Nagad
country BD
sender NAGAD

bank Rocket
country BD
sender 16216

bank BRAC Bank
country BD
sender BRACBANK

bank City Bank Bangladesh
country BD
sender CITYBANK

bank Eastern Bank
country BD
sender EBL

bank Dutch-Bangla Bank
country BD
sender DBBL

bank Islami Bank Bangladesh
country BD
sender IBBL, IBBLPLC

bank Kasikornbank
country TH
sender KBank, KBANKLIVE

bank Siam Commercial Bank
country TH
sender SCB, SCB Easy

bank Krungthai Bank
country TH
sender KTB, Krungthai

bank Bangkok Bank
country TH
sender BBL, BangkokBank

bank TMBThanachart
country TH
sender TTB

bank Krungsri
country TH
sender Krungsri, BAY

bank KTC
country TH
sender KTC

bank TrueMoney
country TH
sender TrueMoney

bank Maybank
country MY
sender Maybank, 66628

bank CIMB Malaysia
country MY
sender CIMB

bank Public Bank
country MY
sender PBB, PublicBank

bank Touch n Go eWallet
country MY
sender TNG eWallet, TNG

bank Hong Leong Bank
country MY
sender HLB

bank UOB Singapore
country SG
sender UOB

bank POSB
country SG
sender POSB

bank Bank Central Asia
country ID
sender BCA

bank Bank Mandiri
country ID
sender MANDIRI

bank Bank Rakyat Indonesia
country ID
sender BRI

bank Bank Negara Indonesia
country ID
sender BNI

bank GoPay
country ID
sender GoPay

bank Metrobank
country PH
sender Metrobank

bank UnionBank of the Philippines
country PH
sender UnionBank

bank Vietcombank
country VN
sender Vietcombank, VCB

bank Techcombank
country VN
sender Techcombank, TCB

bank MB Bank
country VN
sender MBBANK, MB

bank BIDV
country VN
sender BIDV

bank VPBank
country VN
sender VPBank

bank ACB
country VN
sender ACB

bank Agribank
country VN
sender Agribank

bank VietinBank
country VN
sender VietinBank

bank TPBank
country VN
sender TPBank

bank Khan Bank
country MN
sender KHANBANK

bank Golomt Bank
country MN
sender GOLOMT

bank Trade and Development Bank
country MN
sender TDB

bank Airtel Money Kenya
country KE
sender AIRTELMONEY KE

bank Stanbic Kenya
country KE
sender STANBICKE

bank Absa Kenya
country KE
sender ABSAKENYA

bank Family Bank
country KE
sender FAMILYBANK

bank NBC Tanzania
country TZ
sender NBC TANZANIA

bank Airtel Money Tanzania
country TZ
sender AIRTELMONEY

bank HaloPesa
country TZ
sender HaloPesa

bank T-Pesa
country TZ
sender T-PESA

bank Stanbic Uganda
country UG
sender STANBICUG

bank Centenary Bank
country UG
sender CENTENARY, CENTEBANK

bank M-Money Rwanda
country RW
sender M-Money

bank Bank of Kigali
country RW
sender BK, BankofKigali

bank Telecel Cash
country GH
sender TelecelCash, VodaCash, T-CASH

bank GCB Bank
country GH
sender GCB, GCBBANK

bank Hibret Bank
country ET
sender Hibret, HibretBank

bank Cooperative Bank of Oromia
country ET
sender COOPBANK OROMIA

bank Amhara Bank
country ET
sender AmharaBank

bank Wegagen Bank
country ET
sender Wegagen

bank mKesh
country MZ
sender mKesh

bank BCI Mozambique
country MZ
sender BCI

bank Standard Bank Mozambique
country MZ
sender SBMZ

bank BAI
country AO
sender BAI

bank BFA
country AO
sender BFA

bank Zanaco
country ZM
sender Zanaco

bank EcoCash
country ZW
sender EcoCash

bank National Bank of Malawi
country MW
sender NBM

bank TNM Mpamba
country MW
sender Mpamba

bank TymeBank
country ZA
sender TymeBank

bank Wave Senegal
country SN
sender Wave

bank CIH Bank
country MA
sender CIH

bank Banque Populaire Maroc
country MA
sender BCP MAROC

bank BIAT
country TN
sender BIAT

bank Monzo
country GB
sender Monzo

bank Starling Bank
country GB
sender Starling

bank Barclays
country GB
sender Barclays

bank Lloyds Bank
country GB
sender Lloyds, LloydsBank

bank NatWest
country GB
sender NatWest

bank Halifax
country GB
sender Halifax

bank Nationwide
country GB
sender Nationwide

bank Bank of Ireland
country IE
sender BOI 365, BankofIre

bank AIB
country IE
sender AIB

bank N26
country DE
sender N26

bank UBS
country CH
sender UBS

bank PostFinance
country CH
sender PostFinance

bank TWINT
country CH
sender TWINT

bank mBank
country PL
sender mBank

bank PKO BP
country PL
sender PKO, PKOBP, IKO

bank CSOB
country CZ
sender CSOB

bank Komercni banka
country CZ
sender KB

bank OTP Bank
country HU
sender OTPdirekt, OTPBANK

bank K&H
country HU
sender K&H

bank Banca Transilvania
country RO
sender BT, BTRL

bank BCR
country RO
sender BCR, George

bank DSK Bank
country BG
sender DSK

bank PBZ
country HR
sender PBZ

bank PrivatBank
country UA
sender PrivatBank, 10060

bank monobank
country UA
sender monobank

bank Sberbank
country RU
sender 900, Sberbank

bank T-Bank
country RU
sender T-Bank, Tinkoff

bank VTB
country RU
sender VTB

bank Alfa-Bank
country RU
sender Alfa-Bank

bank Priorbank
country BY
sender Priorbank

bank Belarusbank
country BY
sender Belarusbank, BBANK

bank Kaspi
country KZ
sender Kaspi.kz, Kaspi

bank Halyk Bank
country KZ
sender Halyk, HALYKBANK

bank Humo
country UZ
sender HUMO

bank Uzcard
country UZ
sender UZCARD

bank TBC Bank
country GE
sender TBC SMS, TBC

bank Bank of Georgia
country GE
sender BOG, BOG.GE

bank Ameriabank
country AM
sender AMERIABANK

bank Kapital Bank
country AZ
sender KapitalBank

bank Leumi
country IL
sender Leumi

bank Isracard
country IL
sender Isracard

bank Max
country IL
sender MAX-CARD

bank RBC
country CA
sender RBC

bank TD Canada Trust
country CA
sender TD, TD Canada

bank BMO
country CA
sender BMO

bank CIBC
country CA
sender CIBC

bank Tangerine
country CA
sender Tangerine

bank Interac
country CA
sender INTERAC

bank Santander Mexico
country MX
sender SANTANDER MX

bank Banamex
country MX
sender Banamex, Citibanamex

bank Nu Mexico
country MX
sender NuMexico

bank Daviplata
country CO
sender Daviplata

bank BBVA Colombia
country CO
sender BBVA COLOMBIA

bank Nubank
country BR
sender Nubank

bank Itau
country BR
sender Itau, ITAU UNIBANCO

bank Bradesco
country BR
sender Bradesco

bank Caixa
country BR
sender CAIXA

bank Banco do Brasil
country BR
sender Banco do Brasil, BB

bank Banco de Credito del Peru
country PE
sender BCP

bank Yape
country PE
sender Yape

bank Plin
country PE
sender Plin

bank Banco Santander Chile
country CL
sender SANTANDER CL

bank BAC Credomatic
country CR
sender BAC

bank SINPE Movil
country CR
sender SINPE MOVIL

bank Banco Popular Dominicano
country DO
sender POPULAR

bank Banreservas
country DO
sender Banreservas

bank Brou
country UY
sender BROU

bank NAB
country AU
sender NAB

bank Bank Australia
country AU
sender Bank Australia

bank ING Australia
country AU
sender ING AU

bank Up
country AU
sender Up

bank ASB
country NZ
sender ASB

bank ANZ New Zealand
country NZ
sender ANZ NZ

bank BNZ
country NZ
sender BNZ

bank Kiwibank
country NZ
sender Kiwibank

bank Westpac New Zealand
country NZ
sender Westpac NZ

bank TD Bank
country US
sender TDBank

bank Bank AL Habib
country PK
sender BAHL

bank Rastriya Banijya Bank
country NP
sender RBB_ALERT, RBB

bank eZ Cash
country LK
sender eZ Cash

bank UBL Digital
country PK
sender 8257

bank JazzCash shortcode
country PK
sender 8558

bank easypaisa shortcode
country PK
sender 3737

bank Fio banka
country CZ
sender Fio, FIOBANKA

bank Ceska sporitelna
country CZ
sender CSAS, Ceska sporitelna

bank MONETA Money Bank
country CZ
sender MONETA

bank Air Bank
country CZ
sender AirBank

bank Tatra banka
country SK
sender TatraBanka

bank Slovenska sporitelna
country SK
sender SLSP

bank VUB
country SK
sender VUB

bank MBH Bank
country HU
sender MBH, MKB

bank ING Bank Slaski
country PL
sender INGSlaski

bank Bank Pekao
country PL
sender Pekao, PekaoSA

bank Alior Bank
country PL
sender Alior

bank BRD
country RO
sender BRD

bank CEC Bank
country RO
sender CEC

bank UniCredit Bulbank
country BG
sender Bulbank

bank UBB
country BG
sender UBB

bank Banca Intesa Beograd
country RS
sender BancaIntesa

bank OTP Serbia
country RS
sender OTP Srbija

bank NLB Komercijalna
country RS
sender NLB KB, KomBank

bank AIK Banka
country RS
sender AIK

bank Zagrebacka banka
country HR
sender ZABA, m-zaba

bank NLB
country SI
sender NLB

bank Nova KBM
country SI
sender NKBM

bank BKT
country AL
sender BKT

bank Alpha Bank
country GR
sender AlphaBank

bank National Bank of Greece
country GR
sender NBG

bank Piraeus Bank
country GR
sender Piraeus, winbank

bank Eurobank
country GR
sender Eurobank

bank DenizBank
country TR
sender DENIZBANK

bank QNB Finansbank
country TR
sender FINANSBANK, QNBFINANSB

bank VakifBank
country TR
sender VAKIFBANK

bank Halkbank
country TR
sender HALKBANK

bank Enpara
country TR
sender ENPARA

bank Papara
country TR
sender PAPARA

bank TEB
country TR
sender TEB

bank Raiffeisenbank Russia
country RU
sender Raiffeisen

bank Gazprombank
country RU
sender Gazprombank, GPB

bank Rosbank
country RU
sender Rosbank

bank Otkritie
country RU
sender Otkritie

bank Sovcombank
country RU
sender Sovcombank

bank Rosselkhozbank
country RU
sender RSHB

bank Pochta Bank
country RU
sender PochtaBank

bank Ozon Bank
country RU
sender OzonBank

bank PUMB
country UA
sender PUMB

bank Oschadbank
country UA
sender Oschadbank, Oschad24

bank A-Bank
country UA
sender A-Bank

bank Belinvestbank
country BY
sender Belinvest

bank MTBank
country BY
sender MTBank

bank Jusan Bank
country KZ
sender Jusan

bank Bank CenterCredit
country KZ
sender BCC

bank ForteBank
country KZ
sender Forte, ForteBank

bank Click
country UZ
sender CLICK

bank Payme
country UZ
sender PAYME

bank Alif
country TJ
sender Alif

bank Liberty Bank
country GE
sender Liberty

bank Credo Bank
country GE
sender Credo

bank Ardshinbank
country AM
sender Ardshin

bank ACBA Bank
country AM
sender ACBA

bank Evocabank
country AM
sender Evoca

bank ABB
country AZ
sender ABB

bank PASHA Bank
country AZ
sender PashaBank

bank Leobank
country AZ
sender Leobank

bank m10
country AZ
sender m10

bank maib
country MD
sender maib

bank Moldindconbank
country MD
sender Moldindcon

bank Sparkasse
country DE
sender Sparkasse, S-Finanzgruppe

bank DKB
country DE
sender DKB

bank Deutsche Bank
country DE
sender DeutscheBank

bank Commerzbank
country DE
sender Commerzbank

bank ING Germany
country DE
sender ING-DiBa

bank Volksbank
country DE
sender Volksbank, VR-Bank

bank comdirect
country DE
sender comdirect

bank BAWAG
country AT
sender BAWAG

bank ZKB
country CH
sender ZKB

bank Credit Suisse
country CH
sender CreditSuisse

bank Rabobank
country NL
sender Rabobank

bank ABN AMRO
country NL
sender ABNAMRO

bank bunq
country NL
sender bunq

bank KBC
country BE
sender KBC

bank Belfius
country BE
sender Belfius

bank BNP Paribas
country FR
sender BNPParibas, BNPP

bank Societe Generale
country FR
sender SocieteGenerale

bank Credit Agricole
country FR
sender CreditAgricole

bank La Banque Postale
country FR
sender BanquePostale, LaBanquePostale

bank Caisse d'Epargne
country FR
sender CaisseEpargne

bank Boursorama
country FR
sender Boursorama, BoursoBank

bank CIC
country FR
sender CIC

bank Bankinter
country ES
sender Bankinter

bank Banco Sabadell
country ES
sender Sabadell, BancSabadell

bank Bizum
country ES
sender Bizum

bank MB WAY
country PT
sender MB WAY

bank Caixa Geral de Depositos
country PT
sender CGD

bank Millennium bcp
country PT
sender Millenniumbcp

bank ActivoBank
country PT
sender ActivoBank

bank Intesa Sanpaolo
country IT
sender IntesaSP, Intesa Sanpaolo

bank Postepay
country IT
sender PosteInfo, Postepay, BancoPosta

bank BancoBPM
country IT
sender BancoBPM

bank Hype
country IT
sender Hype

bank Permanent TSB
country IE
sender PTSB

bank Swedbank
country SE
sender Swedbank

bank Handelsbanken
country SE
sender Handelsbanken

bank SEB
country SE
sender SEB

bank Swish
country SE
sender Swish

bank DNB
country NO
sender DNB

bank Vipps
country NO
sender Vipps

bank SpareBank 1
country NO
sender SpareBank1

bank Danske Bank
country DK
sender DanskeBank

bank MobilePay
country DK
sender MobilePay

bank Jyske Bank
country DK
sender JyskeBank

bank OP Financial
country FI
sender OP Bank, OP-Pohjola

bank S-Pankki
country FI
sender S-Pankki

bank HSBC UK
country GB
sender HSBC UK

bank TSB
country GB
sender TSB

bank Santander UK
country GB
sender SantanderUK

bank First Direct
country GB
sender firstdirect

bank RBS
country GB
sender RBS

bank Chase UK
country GB
sender ChaseUK

bank Chase
country US
sender Chase

bank U.S. Bank
country US
sender USBank

bank PNC
country US
sender PNC

bank USAA
country US
sender USAA

bank Ally
country US
sender Ally

bank Truist
country US
sender Truist

bank Regions
country US
sender Regions

bank Fifth Third
country US
sender 53 Bank, FifthThird

bank KeyBank
country US
sender KeyBank

bank M&T Bank
country US
sender MTB Bank

bank SoFi
country US
sender SoFi

bank Chime
country US
sender Chime

bank Venmo
country US
sender Venmo

bank Cash App
country US
sender CashApp

bank Zelle
country US
sender Zelle

bank PenFed
country US
sender PenFed

bank Alliant
country US
sender Alliant

bank Desjardins
country CA
sender Desjardins

bank National Bank of Canada
country CA
sender BNC

bank EQ Bank
country CA
sender EQBank

bank Wealthsimple
country CA
sender Wealthsimple

bank Simplii
country CA
sender Simplii

bank Banco Azteca
country MX
sender BAZ, BancoAzteca

bank BanCoppel
country MX
sender BanCoppel

bank Banco Nacion
country AR
sender BNA, BancoNacion

bank Banco Macro
country AR
sender Macro

bank Brubank
country AR
sender Brubank

bank Uala
country AR
sender Uala, Ualá

bank Naranja X
country AR
sender NaranjaX

bank Banco Inter
country BR
sender Inter, BancoInter

bank C6 Bank
country BR
sender C6, C6Bank

bank PicPay
country BR
sender PicPay

bank PagBank
country BR
sender PagBank, PagSeguro

bank Sicredi
country BR
sender Sicredi

bank MACH
country CL
sender MACH

bank Tenpo
country CL
sender Tenpo

bank Banco Popular Colombia
country CO
sender BcoPopular

bank AV Villas
country CO
sender AVVillas

bank Banco Caja Social
country CO
sender CajaSocial

bank Nu Colombia
country CO
sender NuColombia

bank Scotiabank Colpatria
country CO
sender Colpatria

bank Banco Pichincha
country EC
sender Pichincha

bank Banco Guayaquil
country EC
sender BcoGuayaquil

bank BNB Bolivia
country BO
sender BNB

bank Prex
country UY
sender Prex

bank Banco Industrial
country GT
sender BancoIndustrial

bank Ficohsa
country HN
sender Ficohsa

bank Banco Agricola
country SV
sender BancoAgricola

bank Banco General
country PA
sender BGeneral, BancoGeneral

bank BHD
country DO
sender BHD, BHDLeon

bank Banesco
country VE
sender Banesco

bank Mercantil
country VE
sender Mercantil

bank Macquarie
country AU
sender Macquarie

bank Bendigo Bank
country AU
sender Bendigo

bank Suncorp
country AU
sender Suncorp

bank St.George
country AU
sender StGeorge

bank PayLah
country SG
sender PayLah

bank GrabPay
country SG
sender GrabPay

bank Trust Bank
country SG
sender TrustBank

bank RHB
country MY
sender RHB

bank AmBank
country MY
sender AmBank

bank Bank Islam
country MY
sender BankIslam

bank BSN
country MY
sender BSN

bank Bank Rakyat
country MY
sender BankRakyat

bank GXBank
country MY
sender GXBank

bank Boost
country MY
sender Boost

bank CIMB Niaga
country ID
sender CIMBNiaga

bank Jago
country ID
sender Jago

bank OVO
country ID
sender OVO

bank DANA
country ID
sender DANA

bank ShopeePay
country ID
sender ShopeePay

bank Permata
country ID
sender PermataBank, Permata

bank BSI
country ID
sender BSI

bank Landbank
country PH
sender Landbank

bank RCBC
country PH
sender RCBC

bank Security Bank
country PH
sender SecurityBank

bank GoTyme
country PH
sender GoTyme

bank GSB
country TH
sender GSB

bank BAAC
country TH
sender BAAC

bank LINE BK
country TH
sender LINEBK

bank PromptPay
country TH
sender PromptPay

bank Sacombank
country VN
sender Sacombank

bank VIB
country VN
sender VIB

bank HDBank
country VN
sender HDBank

bank SHB
country VN
sender SHB

bank MSB
country VN
sender MSB

bank MoMo
country VN
sender ViMoMo

bank ZaloPay
country VN
sender ZaloPay

bank Cake
country VN
sender CAKE

bank ABA Bank
country KH
sender ABA

bank ACLEDA
country KH
sender ACLEDA

bank Wing
country KH
sender Wing

bank BCEL
country LA
sender BCEL, BCELOne

bank KBZPay
country MM
sender KBZPay, KBZ

bank AYA Bank
country MM
sender AYA

bank Wave Pay
country MM
sender WavePay, WaveMoney

bank KB Kookmin
country KR
sender KB국민, 국민은행, KB국민카드

bank Shinhan
country KR
sender 신한은행, 신한카드, 신한

bank Woori
country KR
sender 우리은행, 우리카드

bank Hana
country KR
sender 하나은행, 하나카드

bank Hyundai Card
country KR
sender 현대카드

bank Samsung Card
country KR
sender 삼성카드

bank Lotte Card
country KR
sender 롯데카드

bank NH
country KR
sender 농협, NH농협, NH카드

bank Kakao Bank
country KR
sender 카카오뱅크, KakaoBank

bank Toss
country KR
sender 토스, Toss

bank MUFG
country JP
sender MUFG, 三菱UFJ銀行

bank SMBC
country JP
sender SMBC, 三井住友カード

bank Mizuho
country JP
sender Mizuho, みずほ銀行

bank Rakuten Card
country JP
sender 楽天カード, 楽天銀行

bank PayPay
country JP
sender PayPay

bank JCB
country JP
sender JCB

bank Bank of China
country CN
sender 中国银行, 95566

bank ICBC
country CN
sender 工商银行, 95588, ICBC

bank China Construction Bank
country CN
sender 建设银行, 95533, CCB

bank China Merchants Bank
country CN
sender 招商银行, 95555

bank Agricultural Bank of China
country CN
sender 农业银行, 95599

bank Bank of Communications
country CN
sender 交通银行, 95559

bank Ping An
country CN
sender 平安银行

bank Alipay
country CN
sender 支付宝

bank CTBC
country TW
sender 中國信託, CTBC

bank Cathay United
country TW
sender 國泰世華

bank E.SUN
country TW
sender 玉山銀行

bank Taishin
country TW
sender 台新銀行

bank Hang Seng
country HK
sender HangSeng, 恒生銀行

bank BOCHK
country HK
sender 中銀香港

bank ZA Bank
country HK
sender ZA Bank

bank Mox
country HK
sender Mox

bank BNU
country MO
sender BNU

bank XacBank
country MN
sender XacBank

bank Bank of Maldives
country MV
sender BML

bank Bank of Bhutan
country BT
sender mBoB

bank Global IME
country NP
sender GlobalIME

bank Himalayan Bank
country NP
sender HBL_Alert

bank Nepal SBI
country NP
sender NSBL_Alert, NSBL

bank Machhapuchchhre
country NP
sender Machhapuchhre

bank Agricultural Development Bank
country NP
sender ADBL_Alert, ADBL

bank Cargills Bank
country LK
sender Cargills

bank Pan Asia
country LK
sender PanAsia

bank LOLC
country LK
sender LOLC

bank Amana
country LK
sender Amana

bank Upay
country BD
sender Upay

bank MTB Bangladesh
country BD
sender MTBL

bank Pubali
country BD
sender Pubali

bank UCB Bangladesh
country BD
sender UCBL

bank Habib Metro
country PK
sender HabibMetro, HMB

bank Soneri
country PK
sender Soneri

bank JS Bank
country PK
sender JSBank, JSBL

bank Bank of Punjab
country PK
sender BOP

bank Standard Chartered Pakistan
country PK
sender SCBPL

bank Dubai Islamic Pakistan
country PK
sender DIBPL

bank Raast
country PK
sender Raast

bank Zindigi
country PK
sender Zindigi

bank Azizi Bank
country AF
sender Azizi

bank Kabul Bank
country AF
sender NewKabulBank

bank M-Paisa
country AF
sender M-Paisa

bank Sepah
country IR
sender Sepah, BankSepah

bank Keshavarzi
country IR
sender Keshavarzi, BKI

bank Maskan
country IR
sender Maskan, BankMaskan

bank Ayandeh
country IR
sender Ayandeh, BankAyandeh

bank Eghtesad Novin
country IR
sender ENBank

bank Shahr
country IR
sender Shahr, BankShahr

bank FastPay
country IQ
sender FastPay

bank Asia Hawala
country IQ
sender AsiaHawala

bank TBI
country IQ
sender TBI

bank Bank Audi
country LB
sender BankAudi

bank BLOM
country LB
sender BLOM

bank Whish
country LB
sender Whish

bank Syriatel Cash
country SY
sender SyriatelCash

bank Al Kuraimi
country YE
sender Kuraimi

bank Cairo Amman
country JO
sender CairoAmman

bank Jordan Islamic
country JO
sender JIB

bank Warba
country KW
sender Warba

bank CBK
country KW
sender CBK

bank ABK
country KW
sender ABK

bank KIB
country KW
sender KIB

bank Masraf Al Rayan
country QA
sender AlRayan, MasrafAlRayan

bank Dukhan
country QA
sender Dukhan

bank Ahli United
country BH
sender AUB

bank Ila
country BH
sender ila

bank Alizz
country OM
sender Alizz

bank NBF
country AE
sender NBF

bank Al Hilal
country AE
sender AlHilal

bank Emirates Islamic
country AE
sender EI SMS, EmiratesIslamic

bank Botim
country AE
sender botim

bank Emkan
country SA
sender Emkan

bank Tabby
country SA
sender Tabby

bank Tamara
country SA
sender Tamara

bank Saudi Investment Bank
country SA
sender SAIB

bank Mobily Pay
country SA
sender MobilyPay

bank Meem
country SA
sender meem

bank Orange Cash
country EG
sender OrangeCash

bank Etisalat Cash
country EG
sender EtisalatCash, e& money

bank Arab African
country EG
sender AAIB

bank Jumhouria
country LY
sender Jumhouria

bank STB
country TN
sender STB

bank BaridiMob
country DZ
sender BaridiMob, Algerie Poste

bank Bank of Africa Morocco
country MA
sender BMCE, BankOfAfrica

bank Inwi Money
country MA
sender InwiMoney

bank Bank of Khartoum
country SD
sender BOK, Bankak

bank EVC Plus
country SO
sender EVCPlus, 192

bank Zaad
country SO
sender ZAAD

bank Sahal
country SO
sender Sahal

bank D-Money
country DJ
sender D-Money

bank Nib
country ET
sender NIB

bank Bunna
country ET
sender Bunna

bank Berhan
country ET
sender Berhan

bank Oromia Bank
country ET
sender OIB, OromiaBank

bank Lion
country ET
sender LionBank

bank Zemen
country ET
sender Zemen

bank I&M Bank
country KE
sender IMBank, I&M

bank DTB
country KE
sender DTB

bank Stanchart Kenya
country KE
sender SCKenya

bank HF Group
country KE
sender HFGroup

bank Sidian
country KE
sender Sidian

bank Faulu
country KE
sender Faulu

bank Fuliza
country KE
sender Fuliza

bank MTN MoMo Uganda
country UG
sender MTNMobMoney

bank dfcu
country UG
sender dfcu

bank Azania
country TZ
sender Azania

bank Mixx
country TZ
sender Mixx

bank Ezy Pesa
country TZ
sender EzyPesa

bank I&M Rwanda
country RW
sender IMRwanda

bank Lumicash
country BI
sender Lumicash

bank Moov Money
country CI
sender MoovMoney

bank Orange Money
country SN
sender OrangeMoney

bank Free Money
country SN
sender FreeMoney

bank T-Money
country TG
sender TMoney, Flooz

bank MVola
country MG
sender MVola

bank AirtelTigo Money
country GH
sender ATMoney

bank CalBank
country GH
sender CalBank

bank FCMB
country NG
sender FCMB

bank Stanbic IBTC
country NG
sender StanbicIBTC

bank Polaris
country NG
sender PolarisBank, Polaris

bank Keystone
country NG
sender KeystoneBank, Keystone

bank VFD
country NG
sender VFD

bank Providus
country NG
sender Providus

bank Heritage
country NG
sender HeritageBank

bank Carbon
country NG
sender Carbon

bank FairMoney
country NG
sender FairMoney

bank African Bank
country ZA
sender AfricanBank

bank Investec
country ZA
sender Investec

bank Bank Zero
country ZA
sender BankZero

bank Bank Windhoek
country NA
sender BankWindhoek

bank FDH Bank
country MW
sender FDH

bank Moza Banco
country MZ
sender Moza

bank MCB Mauritius
country MU
sender MCB Juice

bank my.t money
country MU
sender mytmoney

bank Multicaixa
country AO
sender Multicaixa

bank Spin by OXXO
country MX
sender Spin by OXXO

bank Cuenta DNI
country AR
sender Cuenta DNI

bank Banrural
country GT
sender BANRURAL
