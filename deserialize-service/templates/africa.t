# Mobile money and banks of Africa. Every example is invented.

bank M-PESA Kenya
country KE
sender MPESA

template mpesa-sent
says transaction debit kind=transfer channel=mobile_money account=wallet currency=KES
text {ref} Confirmed. {amount} sent to {merchant} on {date} at {time}. New M-PESA balance is {balance}. Transaction cost, {fee}.[ {any}]
example TEX4K9QZ1B Confirmed. Ksh640.00 sent to WAMBUI NJERI 0700000123 on 4/5/26 at 6:05 PM. New M-PESA balance is Ksh2,118.40. Transaction cost, Ksh13.00. Amount you can transact within the day is 499,360.00.
is amount=640.00; currency=KES; direction=debit; merchant=WAMBUI NJERI; balance=2118.40; fee=13.00; reference=TEX4K9QZ1B; kind=transfer

template mpesa-paid
says transaction debit channel=mobile_money account=wallet currency=KES
text {ref} Confirmed. {amount} paid to {merchant} on {date} at {time}. New M-PESA balance is {balance}. Transaction cost, {fee}.[ {any}]
example TEX4K9QZ2C Confirmed. Ksh275.00 paid to UPENDO GROCERS. on 4/5/26 at 7:48 PM.New M-PESA balance is Ksh1,830.40. Transaction cost, Ksh0.00. Amount you can transact within the day is 499,085.00.
is amount=275.00; currency=KES; merchant=UPENDO GROCERS; balance=1830.40; reference=TEX4K9QZ2C

template mpesa-received
says transaction credit channel=mobile_money account=wallet currency=KES
text {ref} Confirmed. You have received {amount} from {merchant} on {date} at {time} New M-PESA balance is {balance}.[ {any}]
example TEX4K9QZ3D Confirmed.You have received Ksh1,500.00 from BARAKA OTIENO 0700000456 on 5/5/26 at 8:10 AM  New M-PESA balance is Ksh3,330.40. Dial *000# for more.
is amount=1500.00; direction=credit; merchant=BARAKA OTIENO; balance=3330.40; reference=TEX4K9QZ3D
