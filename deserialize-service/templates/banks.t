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
sender ZENITHBANK, Zenith, ZENITH BANK

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
sender EQUITYBANK, Equity Bank, EQUITEL

bank KCB
country KE
sender KCB, KCBGROUP

bank Co-operative Bank of Kenya
country KE
sender CoopBank, Co-opBank

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
sender Selcom Pesa, SelcomPesa

bank Commercial Bank of Ethiopia
country ET
sender CBE, CBEBirr

bank telebirr
country ET
sender telebirr

bank Dashen Bank
country ET
sender DashenBank, Dashen Bank

bank Awash Bank
country ET
sender Awash Bank, AwashBank

bank Bank of Abyssinia
country ET
sender BankofAbyssinia

bank Zemen Bank
country ET
sender Zemen Bank

bank e-Mola
country MZ
sender eMola, e-Mola

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
sender BancoChile

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
sender UBL

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
sender RiyadBank, Riyad Bank

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
sender stc bank, STCBank, stcpay, STC Pay

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
sender BankMelli, Bank Melli, BMI

bank Bank Mellat
country IR
sender Bank Mellat, BankMellat, Mellat

bank Bank Saderat Iran
country IR
sender Saderat, BankSaderat

bank Bank Tejarat
country IR
sender Tejarat, BankTejarat

bank Parsian Bank
country IR
sender Parsian, ParsianBank, Parsian Bank

bank Bank Pasargad
country IR
sender Pasargad, BankPasargad, Bank Pasargad

bank Saman Bank
country IR
sender Saman, SamanBank, Saman Bank

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
sender NICASIA, NIC ASIA, NICA_ALERT

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
sender PeoplesBank, Peoples Bank

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
sender BRACBANK, BRAC BANK

bank City Bank Bangladesh
country BD
sender CITYBANK, City Bank

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
sender T-Bank, TBank, Tinkoff

bank VTB
country RU
sender VTB

bank Alfa-Bank
country RU
sender Alfa-Bank, AlfaBank

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
sender TDBank, TD Bank

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
